// Block Kit as Slack draws it. What an element does is the caller's: view = {act, held, form}.

import { Element } from "./elements.js";
import { mrkdwn, plain, rich, words } from "./mrkdwn.js";
import { Picture } from "./picture.js";
import { html } from "./vendor/preact.js";

function Section({ one, view }) {
  return html`<div class="section">
    <div class="grow">
      ${one.text && html`<div>${words(one.text)}</div>`}
      ${one.fields && html`<div class="fields">${one.fields.map((field) => html`<div>${words(field)}</div>`)}</div>`}
    </div>
    ${one.accessory && (one.accessory.type === "image" ? html`<${Picture} source=${one.accessory} look="beside" />`
      : html`<${Element} part=${one.accessory} block=${one} view=${view} />`)}
  </div>`;
}

function Context({ one }) {
  return html`<div class="context">${one.elements.map((part) => (part.type === "image"
    ? html`<${Picture} source=${part} look="tiny" />` : html`<span>${words(part)}</span>`))}</div>`;
}

function ContextActions({ one, view }) {
  const buttons = one.elements.flatMap((part) => (part.type === "feedback_buttons"
    ? [part.positive_button, part.negative_button].map((button) =>
      ({ ...button, type: "button", action_id: part.action_id })) : [{ ...part, type: "button" }]));
  return html`<div class="actions">${buttons.map((part) =>
    html`<${Element} part=${part} block=${one} view=${view} />`)}</div>`;
}

const rows = (one) => (one.rows ?? []).map((cells, index) => html`<tr>${cells.map((cell) => {
  const inside = cell.type === "rich_text" ? cell.elements.map(rich) : plain(String(cell.text ?? ""));
  return index ? html`<td>${inside}</td>` : html`<th scope="col">${inside}</th>`;
})}</tr>`);

export function Block({ one, view }) {
  switch (one.type) {
    case "section": return html`<${Section} one=${one} view=${view} />`;
    case "header": return html`<h2 class="header">${words(one.text)}</h2>`;
    case "context": return html`<${Context} one=${one} />`;
    case "actions":
      return html`<div class="actions">${one.elements.map((part) =>
        html`<${Element} key=${part.action_id} part=${part} block=${one} view=${view} />`)}</div>`;
    case "context_actions": return html`<${ContextActions} one=${one} view=${view} />`;
    case "image": return html`<${Picture} source=${one} title=${words(one.title)} look="big" />`;
    case "divider": return html`<hr />`;
    case "rich_text": return html`<div class="section rich">${one.elements.map(rich)}</div>`;
    case "markdown": return html`<div class="section"><div class="grow">${mrkdwn(one.text)}</div></div>`;
    case "alert": return html`<div class="notice ${one.level ?? "default"}">${words(one.text)}</div>`;
    case "table": return html`<table>${rows(one)}</table>`;
    default: return html`<p class="gone">[${one.type} block]</p>`;
  }
}

// Everything a block shows that may come later: the files in it.
export const filesIn = (blocks) => JSON.stringify(blocks ?? []).match(/F[A-Z0-9]{8,}/g) ?? [];
