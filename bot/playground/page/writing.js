// Writing in Slack: commands, mentions and files, shortcuts, and a reply that the channel sees too.

import { complete, withMentions } from "./completion.js";
import { Composer, no } from "./composer.js";
import { Icon } from "./icons.js";
import { Menu } from "./menus.js";
import { OWN, invite } from "./own.js";
import { deed, store, titleOf, upload } from "./store.js";
import { html, useState } from "./vendor/preact.js";
import { t } from "./words.js";

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

function Shortcuts() {
  const items = store.about.shortcuts.filter((one) => one.type === "global").map((one) => ({
    label: one.name, detail: one.description, act: () => deed({ do: "shortcut", callback_id: one.callback_id }) }));
  return html`<${Menu} label="Shortcuts" className="icon-button" items=${items}><${Icon} name="bolt" /></${Menu}>`;
}

export function Writing({ label, thread }) {
  const [broadcast, setBroadcast] = useState(false);
  const look = (text) => complete(text, { about: store.about, own: OWN, people: store.world.users, locale: store.me.locale, thread });
  const onSend = (written) => { setBroadcast(false); return send({ ...written, thread, broadcast }); };
  const note = thread ? html`<label class="grow"><input type="checkbox" checked=${broadcast}
      onChange=${(event) => setBroadcast(event.target.checked)} /> ${t("Also send to {place}", { place: titleOf(store.channel) })}</label>`
    : html`<small class="grow">${t("Shift+Enter makes a new line")}</small>`;
  // A complaint is said where one is writing.
  const complains = Boolean(thread) || !store.thread || store.network;
  return html`<${Composer} label=${label} thread=${thread} send=${onSend} look=${look} note=${note} complains=${complains}
    tools=${!thread && html`<${Shortcuts} />`} />`;
}
