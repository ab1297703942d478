// Where one writes, in both tabs: completion, files by paste, drop or picker, history, drafts.

import { Chips, named, TAKEN } from "./files.js";
import { Icon } from "./icons.js";
import { useDraft, useHistory } from "./said.js";
import { set, store } from "./state.js";
import { Suggestions, useSuggestions } from "./suggestions.js";
import { html, useEffect, useRef, useState } from "./vendor/preact.js";
import { t } from "./words.js";

export const no = (error) => ({ ok: false, error });

// Another part of the page (the guide) may put words here.
export const fill = (text) => set({ draft: { text } });

function Picker({ attach }) {
  const onChange = (event) => { attach(event.target.files); event.target.value = ""; };
  return html`<span class="picker icon-button" title=${t("Attach files")}><${Icon} name="plus" />
    <input type="file" multiple accept=${TAKEN} aria-label=${t("Attach files")} onChange=${onChange} /></span>`;
}

// Files that are dropped anywhere on the conversation; whether they hang over it now.
function useDrop(box, attach) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const area = box.current.closest("main, aside, .post");
    const heard = {
      dragover: (event) => { event.preventDefault(); event.stopPropagation(); setOver(true); },
      dragleave: (event) => { if (!area.contains(event.relatedTarget)) setOver(false); },
      drop: (event) => { event.preventDefault(); event.stopPropagation(); setOver(false); attach(event.dataTransfer.files); },
    };
    for (const [name, listen] of Object.entries(heard)) area.addEventListener(name, listen);
    return () => { for (const [name, listen] of Object.entries(heard)) area.removeEventListener(name, listen); };
  });
  return over;
}

function pasting(attach) {
  return (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    attach(event.clipboardData.files, true);
  };
}

// send({text, files}) delivers and answers {ok, error}; look(text) gives what can follow; before stands over the
// words, tools and note under them; complains: whether what went wrong is said here.
export function Composer({ label, thread, send, look, before, tools, note, complains }) {
  const box = useRef(null);
  const [text, setText] = useDraft(thread);
  const [files, setFiles] = useState([]);
  const [atEnd, setAtEnd] = useState(true);

  const put = (words) => {
    setText(words); setAtEnd(true); offered.open();
    // Setting them has moved the cursor behind them; doing it later would take it from where one types meanwhile.
    requestAnimationFrame(() => box.current?.focus());
  };
  const offered = useSuggestions({ text, atEnd, look, choose: put });
  const history = useHistory(text, put);
  const attach = (list, pasted = false) => setFiles([...files, ...named(list).map((file) => Object.assign(file, { pasted }))]);
  const over = useDrop(box, attach);

  useEffect(() => {
    if (!thread && store.draft) { put(store.draft.text); store.draft = null; }
  }, [store.draft]);
  useEffect(() => {
    if (!thread && matchMedia("(hover: hover)").matches) box.current.focus();
  }, []);

  const submit = async (event) => {
    event?.preventDefault();
    if (!text.trim() && !files.length) return;
    setText(""); setFiles([]);
    set({ sent: { ...store.sent, [thread]: (store.sent[thread] ?? 0) + 1 } });
    const said = await send({ text, files }).catch((error) => no(String(error.message)));
    if (said.ok || said.seconds !== undefined) return history.keep(text);
    set({ complaint: said.error });  // nothing was delivered: what was written comes back
    if (!box.current?.value) { setText(text); setFiles(files); }
  };
  const onKeyDown = (event) => {
    if (event.isComposing || offered.onKey(event) || history.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); submit(); }
  };
  const onInput = ({ target }) => {
    setText(target.value);
    setAtEnd(target.selectionEnd === target.value.length);
    offered.open();
  };
  const id = thread ? "suggest-reply" : "suggest";
  const shown = offered.found.length > 0;

  return html`<form class="composer ${over ? "over" : ""}" onSubmit=${submit} onPaste=${pasting(attach)}>
    ${complains && store.complaint && html`<p class="complaint" role="alert">${t("That did not work: {why}", { why: store.complaint })}</p>`}
    <${Suggestions} id=${id} offered=${offered} />
    <div class="box">
      ${before}
      <${Chips} files=${files} remove=${(file) => setFiles(files.filter((one) => one !== file))} />
      <textarea ref=${box} rows="1" aria-label=${label} placeholder=${label} value=${text} aria-autocomplete="list"
        aria-controls=${shown ? id : null} aria-activedescendant=${shown ? `${id}-${offered.picked}` : null}
        onInput=${onInput} onKeyDown=${onKeyDown} onBlur=${offered.close}
        onClick=${({ target }) => setAtEnd(target.selectionEnd === text.length)}></textarea>
      <div class="tools">
        <${Picker} attach=${attach} />
        ${tools}
        ${note}
        <button class="primary send-button" aria-label=${thread ? t("Send reply") : t("Send")} title=${t("Send")}>
          <${Icon} name="send" /></button>
      </div>
    </div>
  </form>`;
}
