// A dialog that the bot opened: a form as a card, or what it says in a form's place.

import { Dialog } from "../dialogs.js";
import { IconButton } from "../icons.js";
import { set, store } from "../state.js";
import { html, useState } from "../vendor/preact.js";
import { Card } from "./card.js";
import { deed, heard } from "./store.js";

const close = () => set({ dialog: null, complaint: "" });

function Form({ dialog }) {
  const [busy, setBusy] = useState(false);
  const { conversation, thread, command, message } = dialog;
  const send = async ({ data }) => {
    if (busy) return;
    setBusy(true);
    const said = await deed({ do: "submit", conversation, thread, command, message, data });
    setBusy(false);
    if (said.ok && store.dialog === dialog) heard(said.answer, { conversation, thread, command, message });
  };
  return html`<div class="form-body" aria-busy=${busy ? "true" : "false"}>
    ${store.complaint && html`<p class="complaint" role="alert">Something went wrong. ${store.complaint}</p>`}
    <${Card} key=${dialog.shown} card=${dialog.card} act=${send} label=${dialog.title} />
  </div>`;
}

export function Opened() {
  const { dialog } = store;
  if (!dialog) return null;
  return html`<${Dialog} className="form teams-form" labelledby="dialog-title" onClose=${close}><div>
    <header><h2 id="dialog-title">${dialog.title ?? store.world.bot.name}</h2>
      <${IconButton} name="close" label="Close" onClick=${close} /></header>
    ${dialog.card ? html`<${Form} dialog=${dialog} />` : html`<p class="form-body words" role="status">${dialog.said}</p>`}
  </div></${Dialog}>`;
}
