// Forms over the page: Slack's modals, with what was entered kept over updates, errors, and steps pushed on top.

import { Block } from "./blocks.js";
import { Dialog } from "./dialogs.js";
import { Control, initial } from "./elements.js";
import { IconButton } from "./icons.js";
import { plain, words } from "./mrkdwn.js";
import { deed, set, store } from "./store.js";
import { html, useEffect, useRef, useState } from "./vendor/preact.js";
import { t } from "./words.js";

function fromState(entry) {
  if (!entry) return undefined;
  if (entry.selected_options) return entry.selected_options.map((one) => one.value);
  if (entry.files) return entry.files.map((one) => one.id ?? one);
  return entry.selected_option?.value ?? entry.value ?? null;
}

// What stands in an element: what was entered here, else what the stand-in holds, else its beginning.
function heldIn(view, typed) {
  return (part, block) => {
    const key = keyOf(part, block);
    if (key in typed) return typed[key];
    return fromState(view.state?.values?.[block.block_id]?.[part.action_id]) ?? initial(part);
  };
}

const keyOf = (part, block) => (block.type === "input" ? block.block_id : part.action_id);

function Field({ one, view, typed, enter, changed }) {
  const id = `field-${view.id}-${one.block_id}`;
  const part = one.element;
  const value = heldIn(view, typed)(part, one);
  const fault = view.errors[one.block_id];
  const many = ["checkboxes", "radio_buttons"].includes(part.type);
  const label = html`${words(one.label)}${one.optional && html`<i> ${t("(optional)")}</i>`}`;
  const told = [one.hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ") || null;
  const change = (entered, atOnce) => {
    enter(one.block_id, entered);
    const waits = part.type.endsWith("_text_input") || part.type === "number_input";
    if (one.dispatch_action && (!waits || atOnce)) changed(part, one, entered);
  };
  const entered = one.dispatch_action ? (event) => { event.preventDefault(); changed(part, one, event.target.value); } : null;
  return html`<div class="field ${fault ? "wrong" : ""}">
    ${many ? html`<span class="label">${label}</span>` : html`<label class="label" for=${id}>${label}</label>`}
    <${Control} part=${part} id=${id} value=${value} change=${change} entered=${entered} describedby=${told} label=${plain(one.label.text)} />
    ${one.hint && html`<small id="${id}-hint">${words(one.hint)}</small>`}
    ${fault && html`<p class="fault" role="alert" id="${id}-fault">${fault}</p>`}
  </div>`;
}

function Form({ view, under }) {
  const [typed, setTyped] = useState({});
  const now = useRef({});
  const [busy, setBusy] = useState(false);
  const body = useRef(null);
  const enter = (key, value) => { now.current = { ...now.current, [key]: value }; setTyped(now.current); };
  // An update may take questions away: what was entered for them is not sent.
  const values = () => {
    const asked = new Set(view.blocks.flatMap((one) => [one.block_id,
      ...[one.accessory, ...(one.elements ?? [])].map((part) => part?.action_id)]));
    return Object.fromEntries(Object.entries(now.current).filter(([key]) => asked.has(key)));
  };
  const changed = (part, one, value) => deed({ do: "change", view: view.id, action_id: part.action_id,
    block_id: one.block_id, value, values: values() });
  const act = (part, one, value) => {
    if (part.type !== "button" && part.type !== "overflow") enter(part.action_id, value);
    changed(part, one, value);
  };
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    await deed({ do: "submit", view: view.id, values: values() });
    setBusy(false);
  };
  const close = () => closeForm(view);
  const closing = view.close?.text ?? (under ? t("Back") : t("Cancel"));
  const cross = closing === t("Close") ? t("Dismiss") : t("Close"); // two buttons, two names

  useEffect(() => {
    const inside = body.current;
    (inside.querySelector("[data-autofocus]") ?? inside.querySelector("textarea, input, select, button"))?.focus();
  }, [view.id]);
  useEffect(() => { body.current.querySelector(".wrong")?.scrollIntoView({ block: "nearest" }); }, [view.errors]);

  return html`<form onSubmit=${submit} novalidate>
    <header>
      ${under && html`<button type="button" class="icon-button" aria-label=${t("Back")} title=${t("Back")} onClick=${close}>‹</button>`}
      <h2 id="title-${view.id}">${words(view.title)}</h2>
      <${IconButton} name="close" label=${cross} onClick=${() => closeForm(view, true)} />
    </header>
    <div class="form-body" ref=${body} tabindex="-1">
      ${view.blocks.map((one) => (one.type === "input"
        ? html`<${Field} key=${one.block_id} one=${one} view=${view} typed=${typed} enter=${enter} changed=${changed} />`
        : html`<${Block} key=${one.block_id} one=${one} view=${{ id: view.id, act, held: heldIn(view, typed) }} />`))}
    </div>
    ${(view.errors[""] || store.complaint) && html`<p class="fault" role="alert">${view.errors[""] ?? store.complaint}</p>`}
    <footer>
      <button type="button" onClick=${close}>${closing}</button>
      ${view.submit && html`<button class="primary" disabled=${busy}>${view.submit.text}</button>`}
    </footer>
  </form>`;
}

// A form is gone the moment one closes it; the stand-in hears of it meanwhile.
function closeForm(view, all = false) {
  const gone = all ? store.world.views.filter((one) => one.root_view_id === view.root_view_id) : [view];
  for (const one of gone) store.closed.add(one.id);
  set({});
  deed({ do: "close", view: view.id, all_of_them: all });
}

// Those below the one on top stay as they are, out of sight, with what was entered in them.
export function Modals() {
  const mine = store.world.views.filter((one) => one.user === store.me.id && !store.closed.has(one.id));
  if (!mine.length) return null;
  const top = mine.at(-1);
  const close = () => closeForm(top);
  return html`<${Dialog} key=${top.root_view_id} labelledby="title-${top.id}" className="form" onClose=${close}>
    ${mine.map((view) => html`<div key=${view.id} hidden=${view !== top}>
      <${Form} view=${view} under=${view !== mine[0]} /></div>`)}
  </${Dialog}>`;
}
