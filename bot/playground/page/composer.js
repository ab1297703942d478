// Where one writes: commands with completion, mentions, files by paste, drop or picker, and history.

import { complete, withMentions } from "./completion.js";
import { Chips, named, TAKEN } from "./files.js";
import { Icon } from "./icons.js";
import { Menu } from "./menus.js";
import { deed, remember, remembered, set, store, upload } from "./store.js";
import { html, useEffect, useRef, useState } from "./vendor/preact.js";

const KEPT = 50;
const historyKey = () => `history ${store.me.name}`;

function useHistory(text, put) {
  const at = useRef(-1);
  const back = (step) => {
    const said = remembered(historyKey(), []);
    const to = at.current + step;
    if (to < -1 || to >= said.length) return false;
    at.current = to;
    put(to === -1 ? "" : said[to]);
    return true;
  };
  const fresh = at.current === -1 ? text === "" : text === remembered(historyKey(), [])[at.current];
  const keep = (said) => {
    at.current = -1;
    remember(historyKey(), [said, ...remembered(historyKey(), []).filter((one) => one !== said)].slice(0, KEPT));
  };
  return { back, keep, fresh };
}

// A name that is typed out is sent; one that is not is completed first.
function unfinished(text, found) {
  const typed = text.match(/@\S*$/)?.[0].toLowerCase();
  return typed && !found.some((one) => [one.label, `@${one.detail}`].some((name) => name.toLowerCase() === typed));
}

async function send(text, files, thread) {
  const command = thread ? null : text.match(/^(\/\S+)\s?([\s\S]*)$/);
  if (command && files.length) return { ok: false, error: "A slash command cannot carry files. Mention the bot in a message with them instead." };
  if (command) return deed({ do: "command", channel: store.channel.id, name: command[1], text: command[2] });
  const ids = await Promise.all(files.map(upload));
  return deed({ do: "say", channel: store.channel.id, text: withMentions(text, store.world.users), thread, files: ids });
}

const ROWS = 8;

// A window of the rows around the chosen one: nothing to scroll, for the mouse or for anybody.
function Suggestions({ found, at, choose, id }) {
  if (!found.length) return null;
  const first = Math.max(0, Math.min(at - ROWS / 2, found.length - ROWS));
  return html`<ul class="suggestions" role="listbox" id=${id} aria-label="Suggestions">
    ${found.slice(first, first + ROWS).map((one, index) => html`<li key=${one.label} id="${id}-${first + index}" role="option"
      aria-selected=${first + index === at ? "true" : "false"} onMouseDown=${(event) => { event.preventDefault(); choose(one); }}>
      <b>${one.label}</b>${one.detail && html` <span>${one.detail}</span>`}${one.more && html`<small>${one.more}</small>`}</li>`)}
  </ul>`;
}

// What is written and not sent waits for one's return.
const drafts = new Map();
const draftKey = (thread) => `${store.me.id} ${store.channel.id} ${thread}`;

// A page elsewhere (the guide, an empty channel) may put words here.
export function fill(text) {
  set({ draft: { text } });
}

export function Composer({ label, thread }) {
  const box = useRef(null);
  const [text, setDraft] = useState(drafts.get(draftKey(thread)) ?? "");
  const setText = (words) => { drafts.set(draftKey(thread), words); setDraft(words); };
  const [files, setFiles] = useState([]);
  const [cursor, setCursor] = useState(0);
  const [picked, setPicked] = useState(0);
  const [closed, setClosed] = useState(false);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const id = thread ? "suggest-reply" : "suggest";

  const put = (words, to = words.length) => {
    setText(words); setCursor(to); setClosed(false); setPicked(0);
    requestAnimationFrame(() => { box.current?.focus(); box.current?.setSelectionRange(to, to); });
  };
  const history = useHistory(text, put);
  const found = closed || cursor !== text.length ? [] : complete(text, {
    about: store.about, people: store.world.users, locale: store.me.locale, thread });
  const choose = (one) => put(text.slice(0, one.from) + one.put);
  const attach = (list) => setFiles([...files, ...named(list)]);

  useEffect(() => {
    if (!thread && store.draft) { put(store.draft.text); store.draft = null; }
  }, [store.draft]);
  useEffect(() => {
    if (!thread && matchMedia("(hover: hover)").matches) box.current.focus();
  }, []);

  const submit = async (event) => {
    event?.preventDefault();
    if (busy || (!text.trim() && !files.length)) return;
    setBusy(true);
    const kept = [text, files];
    setText(""); setCursor(0); setFiles([]);
    const said = await send(...kept, thread).catch((error) => ({ ok: false, error: String(error.message) }));
    setBusy(false);
    if (said.ok || said.seconds !== undefined) return history.keep(kept[0]);
    set({ complaint: said.error });  // nothing was delivered: what was written comes back
    setText(kept[0]); setFiles(kept[1]);
  };

  const onKeyDown = (event) => {
    if (event.isComposing) return;
    const plainKey = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (found.length && plainKey) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); setPicked((picked + step + found.length) % found.length); return; }
      if (event.key === "Tab") { event.preventDefault(); choose(found[picked]); return; }
      if (event.key === "Escape") { event.preventDefault(); setClosed(true); return; }
      if (event.key === "Enter" && /^\/\S*$/.test(text) && text !== found[picked].label) { event.preventDefault(); choose(found[picked]); return; }
      if (event.key === "Enter" && unfinished(text, found)) { event.preventDefault(); choose(found[picked]); return; }
    }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); submit(); return; }
    if (plainKey && history.fresh && event.key === "ArrowUp" && history.back(1)) event.preventDefault();
    if (plainKey && history.fresh && event.key === "ArrowDown" && history.back(-1)) event.preventDefault();
  };
  const onPaste = (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    attach(event.clipboardData.files);
  };
  const drop = {
    onDragOver: (event) => { event.preventDefault(); setOver(true); },
    onDragLeave: (event) => { if (!event.currentTarget.contains(event.relatedTarget)) setOver(false); },
    onDrop: (event) => { event.preventDefault(); setOver(false); attach(event.dataTransfer.files); },
  };
  const shortcuts = store.about.shortcuts.filter((one) => one.type === "global").map((one) => ({
    label: one.name, detail: one.description, act: () => deed({ do: "shortcut", callback_id: one.callback_id }) }));

  return html`<form class="composer ${over ? "over" : ""}" onSubmit=${submit} ...${drop}>
    ${!thread && store.complaint && html`<p class="complaint" role="alert">That did not work: ${store.complaint}</p>`}
    <${Suggestions} found=${found} at=${picked} choose=${choose} id=${id} />
    <div class="box">
      <${Chips} files=${files} remove=${(file) => setFiles(files.filter((one) => one !== file))} />
      <textarea ref=${box} rows="1" aria-label=${label} placeholder=${label} value=${text} aria-autocomplete="list"
        aria-controls=${found.length ? id : null} aria-activedescendant=${found.length ? `${id}-${picked}` : null}
        onInput=${(event) => { setText(event.target.value); setCursor(event.target.selectionEnd); setPicked(0); setClosed(false); }}
        onKeyDown=${onKeyDown} onPaste=${onPaste} onBlur=${() => setClosed(true)}
        onClick=${(event) => setCursor(event.target.selectionEnd)}></textarea>
      <div class="tools">
        <span class="picker icon-button" title="Attach files"><${Icon} name="plus" />
          <input type="file" multiple accept=${TAKEN} aria-label="Attach files"
            onChange=${(event) => { attach(event.target.files); event.target.value = ""; }} /></span>
        ${!thread && html`<${Menu} label="Shortcuts" className="icon-button" items=${shortcuts}><${Icon} name="bolt" /></${Menu}>`}
        <small class="grow">${thread ? "" : "Shift+Enter makes a new line"}</small>
        <button class="primary send-button" aria-label=${thread ? "Send reply" : "Send"} title="Send" disabled=${busy}><${Icon} name="send" /></button>
      </div>
    </div>
  </form>`;
}
