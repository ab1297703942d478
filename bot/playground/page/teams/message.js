// One message in Teams: a person's words and pictures, or the bot's card; and what can be done with it.

import { askDelete, showPicture } from "../dialogs.js";
import { Editor } from "../editor.js";
import { clock, Face } from "../face.js";
import { Icon, IconButton } from "../icons.js";
import { Menu } from "../menus.js";
import { set, store } from "../state.js";
import { html, useMemo, useState } from "../vendor/preact.js";
import { said, t } from "../words.js";
import { Card } from "./card.js";
import { app, deed, go, heard, inChannel, openForm, person } from "./store.js";

// Teams' six, and those that mean something to the bot, by the names that Teams sends.
const SIGNS = {
  like: ["👍", "Like"], heart: ["❤️", "Heart"], laugh: ["😆", "Laugh"], surprised: ["😮", "Surprised"], sad: ["🙁", "Sad"],
  angry: ["😡", "Angry"], "1f501_repeatbutton": ["🔁", "Repeat"], "2709_envelope": ["✉️", "Envelope"], "274c_crossmark": ["❌", "Cross mark"],
};

export const nameOf = (one) => (one.by ? person(one.by)?.name ?? "Somebody" : store.world.bot.name);
export const wordsOf = (one) => (one.by ? one.text : one.summary);

const react = (one, sign) => deed({ do: "react", message: one.id, sign });

function Reactions({ one }) {
  const signs = Object.entries(one.reactions);
  if (!signs.length) return null;
  return html`<div class="reactions">${signs.map(([sign, who]) => {
    const [emoji, name] = SIGNS[sign] ?? ["•", sign];
    return html`<button key=${sign} type="button" aria-pressed=${who.includes(store.me.id) ? "true" : "false"}
      title=${who.map((id) => person(id)?.name ?? id).join(", ")} aria-label="${name} reaction, ${who.length}" onClick=${() => react(one, sign)}>
      <span aria-hidden="true">${emoji} ${who.length}</span></button>`;
  })}</div>`;
}

function Toolbar({ one, root, edit }) {
  const signs = Object.entries(SIGNS).map(([sign, [emoji, name]]) => ({
    label: html`<span>${emoji}</span> <span class="name">${name}</span>`, act: () => react(one, sign) }));
  const remove = async () => { if (await askDelete()) deed({ do: "delete", message: one.id }); };
  const forms = store.channel.has_bot
    ? [{ label: app().forms.edit.title, detail: store.world.bot.name, act: () => openForm("edit", { message: one.id, thread: inChannel() ? root : "" }) }] : [];
  const own = one.by === store.me.id
    ? [{ label: t("Edit message"), act: edit }, { label: t("Delete message"), danger: true, act: remove }] : [];
  const items = [...forms, ...(forms.length && own.length ? [null] : []), ...own,
    { label: t("Copy text"), act: () => navigator.clipboard?.writeText(wordsOf(one)) }];
  const reply = () => (inChannel() ? go(store.channel, root) : set({ quoting: one.id }));
  return html`<div class="toolbar" role="group" aria-label=${t("Message actions")}>
    <${Menu} label="Add reaction" className="icon-button emoji" items=${signs}><${Icon} name="smile" /></${Menu}>
    <${IconButton} name="reply" label="Reply" onClick=${reply} />
    <${Menu} label="More actions" className="icon-button" items=${items}><${Icon} name="dots" /></${Menu}>
  </div>`;
}

function Picture({ file, name }) {
  const url = `/teams/files/${file}`;
  const open = () => showPicture({ url, drawn: url, alt: name, name: "picture" });
  return html`<figure class="big"><div class="frame"><img src=${url} alt=${name} onClick=${open} />
    <div class="over"><${IconButton} name="expand" label="View full size" onClick=${open} /></div></div></figure>`;
}

// Names that are mentioned stand out; everything is text.
function named(text) {
  const names = [store.world.bot.name, ...store.world.people.map((one) => one.name)];
  const found = new RegExp(`(@(?:${names.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")}))`, "gu");
  return text.split(found).map((part, index) => (index % 2 ? html`<span class="mention">${part.slice(1)}</span>` : part));
}

function Quoted({ id }) {
  const one = store.channel.messages.find((each) => each.id === id);
  if (!one) return null;
  return html`<blockquote><b>${nameOf(one)}</b> ${wordsOf(one)}</blockquote>`;
}

function Words({ one }) {
  if (one.deleted) return html`<p class="gone">${t("This message has been deleted.")}</p>`;
  return html`${one.quoting && html`<${Quoted} id=${one.quoting} />`}
    ${one.text && html`<div class="section words"><div class="grow">${named(one.text)}</div></div>`}
    ${one.files.map((file) => html`<${Picture} key=${file} file=${file} name="Picture from ${nameOf(one)}" />`)}`;
}

function Posted({ one }) {
  const [note, setNote] = useState("");
  const act = async (action) => {
    setNote("");
    const answered = await deed({ do: "press", message: one.id, action });
    const about = { conversation: store.channel.id, thread: one.thread, command: "", message: "" };
    setNote(answered.ok ? heard(answered.answer, about) : t("Something went wrong. Please try again."));
  };
  return html`<${Card} card=${one.card} act=${act} label=${one.summary || "Card"} />
    <p class="note small" role="status">${note}</p>`;
}

const UNHEARD = {
  channel: said("Not for the bot: in a channel it hears what names it. Write @Imagine."),
  groupChat: said("Not for the bot: in a group it hears what names it. Write @Imagine."),
};

function Drawn({ one, root }) {
  const [editing, setEditing] = useState(false);
  const name = nameOf(one);
  const unheard = one.by === store.me.id && !one.heard && !one.deleted;
  return html`<article class="message ${one.seen_by ? "whisper" : ""}" aria-label="${name}, ${clock(one.at)}">
    <${Face} bot=${!one.by} name=${name} />
    <div class="grow bubble ${one.by === store.me.id ? "mine" : ""}">
      ${one.seen_by && html`<p class="only-you"><${Icon} name="eye" /> ${t("Only visible to you")}</p>`}
      <p class="byline"><b lang=${person(one.by)?.locale}>${name}</b>${!one.by && html`<span class="badge">${t("APP")}</span>`}
        <time datetime=${new Date(one.at * 1000).toISOString()}>${clock(one.at)}</time>
        ${one.edited && html`<small>${t("Edited")}</small>`}</p>
      ${editing ? html`<${Editor} text=${one.text} save=${(text) => deed({ do: "edit", message: one.id, text })} done=${() => setEditing(false)} />`
        : one.by ? html`<${Words} one=${one} />` : html`<${Posted} one=${one} />`}
      ${unheard && html`<p class="small">${store.channel.has_bot ? t(UNHEARD[store.channel.kind] ?? said("The bot did not hear this.")) : t("The app is not installed here.")}</p>`}
      <${Reactions} one=${one} />
    </div>
    ${!one.seen_by && !one.deleted && !editing && html`<${Toolbar} one=${one} root=${root} edit=${() => setEditing(true)} />`}
  </article>`;
}

// Drawn again only when something in it changed, or who looks at it.
export function Message({ one, root = one.thread || one.id }) {
  return useMemo(() => html`<${Drawn} one=${one} root=${root} />`, [one, root, store.me.id, store.channel.id]);
}
