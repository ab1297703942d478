// Where one writes: commands with completion, mentions, files by paste, drop or picker, and history.

import { withMentions } from "./completion.js";
import { OWN, invite } from "./own.js";
import { Chips, named, TAKEN } from "./files.js";
import { Icon } from "./icons.js";
import { Menu } from "./menus.js";
import { useDraft, useHistory } from "./said.js";
import { deed, set, store, titleOf, upload } from "./store.js";
import { Suggestions, useSuggestions } from "./suggestions.js";
import { html, useEffect, useRef, useState } from "./vendor/preact.js";

const no = (error) => ({ ok: false, error });

async function send({ text, files, thread, broadcast }) {
  const channel = store.channel.id;
  const [, name, rest] = text.match(/^(\/[^\s/]+)(?:\s([\s\S]*))?$/) ?? [];
  if (name && thread) return no(`${name} is not supported in threads. Sorry!`);
  if (name && files.length) return no("a slash command cannot carry files. Mention the app in a message with them instead.");
  if (name === OWN[0].command) return invite(rest ?? "");
  if (name) return deed({ do: "command", channel, name, text: rest ?? "" });
  const ids = await Promise.all(files.map(upload));
  return deed({ do: "say", channel, text: withMentions(text, store.world.users), thread, files: ids, broadcast });
}

// Another part of the page (the guide) may put words here.
export const fill = (text) => set({ draft: { text } });

function Picker({ attach }) {
  const onChange = (event) => { attach(event.target.files); event.target.value = ""; };
  return html`<span class="picker icon-button" title="Attach files"><${Icon} name="plus" />
    <input type="file" multiple accept=${TAKEN} aria-label="Attach files" onChange=${onChange} /></span>`;
}

function Shortcuts() {
  const items = store.about.shortcuts.filter((one) => one.type === "global").map((one) => ({
    label: one.name, detail: one.description, act: () => deed({ do: "shortcut", callback_id: one.callback_id }) }));
  return html`<${Menu} label="Shortcuts" className="icon-button" items=${items}><${Icon} name="bolt" /></${Menu}>`;
}

// A complaint is said where one is writing.
function Complaint({ thread }) {
  const here = thread ? true : !store.thread || store.network;
  return here && store.complaint && html`<p class="complaint" role="alert">That did not work: ${store.complaint}</p>`;
}

// Files that are dropped anywhere on the conversation; whether they hang over it now.
function useDrop(box, attach) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const area = box.current.closest("main, aside");
    const heard = {
      dragover: (event) => { event.preventDefault(); setOver(true); },
      dragleave: (event) => { if (!area.contains(event.relatedTarget)) setOver(false); },
      drop: (event) => { event.preventDefault(); setOver(false); attach(event.dataTransfer.files); },
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
    attach(event.clipboardData.files);
  };
}

export function Composer({ label, thread }) {
  const box = useRef(null);
  const [text, setText] = useDraft(thread);
  const [files, setFiles] = useState([]);
  const [atEnd, setAtEnd] = useState(true);
  const [broadcast, setBroadcast] = useState(false);

  const put = (words) => {
    setText(words); setAtEnd(true); offered.open();
    requestAnimationFrame(() => { box.current?.focus(); box.current?.setSelectionRange(words.length, words.length); });
  };
  const offered = useSuggestions({ text, atEnd, thread, choose: put });
  const history = useHistory(text, put);
  const attach = (list) => setFiles([...files, ...named(list)]);
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
    setText(""); setFiles([]); setBroadcast(false);
    set({ sent: { ...store.sent, [thread]: (store.sent[thread] ?? 0) + 1 } });
    const said = await send({ text, files, thread, broadcast }).catch((error) => no(String(error.message)));
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
    <${Complaint} thread=${thread} />
    <${Suggestions} id=${id} offered=${offered} />
    <div class="box">
      <${Chips} files=${files} remove=${(file) => setFiles(files.filter((one) => one !== file))} />
      <textarea ref=${box} rows="1" aria-label=${label} placeholder=${label} value=${text} aria-autocomplete="list"
        aria-controls=${shown ? id : null} aria-activedescendant=${shown ? `${id}-${offered.picked}` : null}
        onInput=${onInput} onKeyDown=${onKeyDown} onBlur=${offered.close}
        onClick=${({ target }) => setAtEnd(target.selectionEnd === text.length)}></textarea>
      <div class="tools">
        <${Picker} attach=${attach} />
        ${!thread && html`<${Shortcuts} />`}
        ${thread ? html`<label class="grow"><input type="checkbox" checked=${broadcast}
            onChange=${(event) => setBroadcast(event.target.checked)} /> Also send to ${titleOf(store.channel)}</label>`
          : html`<small class="grow">Shift+Enter makes a new line</small>`}
        <button class="primary send-button" aria-label=${thread ? "Send reply" : "Send"} title="Send">
          <${Icon} name="send" /></button>
      </div>
    </div>
  </form>`;
}
