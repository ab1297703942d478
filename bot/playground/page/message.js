// One message: who, when, words, blocks, files, reactions, and what can be done with it.

import { Block, filesIn } from "./blocks.js";
import { askDelete } from "./dialogs.js";
import { Editor } from "./editor.js";
import { EMOJI, PICKABLE } from "./emoji.js";
import { Face, clock } from "./face.js";
import { Icon, IconButton } from "./icons.js";
import { Menu } from "./menus.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { Attachment } from "./picture.js";
import { deed, go, press, store, user } from "./store.js";
import { html, useMemo, useState } from "./vendor/preact.js";
import { t } from "./words.js";

const people = (ids) => ids.map((id) => user(id)?.real_name ?? id).join(", ");

function Reactions({ one }) {
  if (!one.reactions?.length) return null;
  return html`<div class="reactions">${one.reactions.map(({ name, users }) => {
    const mine = users.includes(store.me.id);
    return html`<button key=${name} type="button" aria-pressed=${mine ? "true" : "false"} title="${people(users)}: :${name}:"
      aria-label="${EMOJI[name] ?? ""} ${name} reaction, ${users.length}" onClick=${() => react(one, name, mine)}>
      <span aria-hidden="true">${EMOJI[name] ?? name} ${users.length}</span></button>`;
  })}</div>`;
}

const react = (one, name, off) => deed({ do: "react", message: one.ts, emoji: name, add: !off });

function Toolbar({ one, mine, inThread, edit }) {
  const emoji = PICKABLE.map((name) => ({
    label: html`<span>${EMOJI[name]}</span> <span class="name">${name}</span>`,
    act: () => react(one, name, one.reactions?.some((each) => each.name === name && each.users.includes(store.me.id))),
  }));
  const call = (callback_id) => deed({ do: "message_shortcut", message: one.ts, callback_id });
  const shortcuts = store.about.shortcuts.filter((each) => each.type === "message")
    .map((each) => ({ label: each.name, detail: store.about.app, act: () => call(each.callback_id) }));
  const remove = async () => { if (await askDelete()) deed({ do: "delete", message: one.ts }); };
  const own = mine ? [{ label: t("Edit message"), act: edit }, { label: t("Delete message"), danger: true, act: remove }] : [];
  const items = [...shortcuts, shortcuts.length && own.length ? null : false, ...own,
    { label: t("Copy text"), act: () => navigator.clipboard?.writeText(plain(one.text)) }].filter((item) => item !== false);
  return html`<div class="toolbar" role="group" aria-label=${t("Message actions")}>
    <${Menu} label="Add reaction" className="icon-button emoji" items=${emoji}><${Icon} name="smile" /></${Menu}>
    ${!inThread && html`<${IconButton} name="reply" label="Reply in thread"
      onClick=${() => go(store.channel, one.thread_ts || one.ts)} />`}
    <${Menu} label="More actions" className="icon-button" items=${items}><${Icon} name="dots" /></${Menu}>
  </div>`;
}

function Body({ one }) {
  const view = { id: one.ts, act: (part, block, value) => press(one, part, block, value) };
  const blocks = one.blocks?.length && !one.client_msg_id
    ? one.blocks.map((block) => html`<${Block} key=${block.block_id} one=${block} view=${view} />`)
    : one.text && html`<div class="section words"><div class="grow">${mrkdwn(one.text)}</div></div>`;
  return html`${blocks}${one.files.map((id) => html`<${Attachment} key=${id} id=${id} />`)}`;
}

function Replies({ one, replies }) {
  if (!replies.length) return null;
  const last = replies.at(-1);
  const who = [...new Set(replies.map((each) => each.user))].slice(0, 4);
  return html`<button type="button" class="replies" onClick=${() => go(store.channel, one.ts)}>
    ${who.map((id) => html`<${Face} key=${id} bot=${user(id)?.is_bot} name=${user(id)?.real_name ?? "?"} />`)}
    <b>${replies.length === 1 ? t("1 reply") : t("{count} replies", { count: replies.length })}</b>
    <small>${t("Last at {time}", { time: clock(last.ts) })}</small></button>`;
}

function Drawn({ one, replies, inThread }) {
  const [editing, setEditing] = useState(false);
  const author = user(one.user);
  const name = author?.real_name ?? (one.user === "USLACKBOT" ? "Slackbot" : one.username ?? "Somebody");
  const whisper = Boolean(one.seen_by);
  const gone = one.subtype === "tombstone";
  const mine = one.user === store.me.id && !whisper;
  return html`<article class="message ${whisper ? "whisper" : ""} ${gone ? "gone" : ""}" aria-label="${name}, ${clock(one.ts)}">
    <${Face} bot=${author?.is_bot} name=${name} />
    <div class="grow">
      ${whisper && html`<p class="only-you"><${Icon} name="eye" /> ${t("Only visible to you")} ·
        <button type="button" onClick=${() => deed({ do: "dismiss", message: one.ts })}>${t("Dismiss message")}</button></p>`}
      <p class="byline"><b>${name}</b>${author?.is_bot && html`<span class="badge">${t("APP")}</span>`}
        <time datetime=${new Date(one.ts * 1000).toISOString()}>${clock(one.ts)}</time>
        ${one.broadcast && !inThread && html`<small>${t("replied to a thread")}</small>`}</p>
      ${editing ? html`<${Editor} text=${plain(one.text)} save=${(text) => deed({ do: "edit", message: one.ts, text })}
        done=${() => setEditing(false)} />` : html`<${Body} one=${one} />`}
      ${one.edited && !author?.is_bot && html`<small class="edited">${t("(edited)")}</small>`}
      <${Reactions} one=${one} />
      ${!inThread && html`<${Replies} one=${one} replies=${replies} />`}
    </div>
    ${!whisper && !gone && !editing && html`<${Toolbar} one=${one} mine=${mine} inThread=${inThread} edit=${() => setEditing(true)} />`}
  </article>`;
}

// Drawn again only when something in it changed: the message, its files, its replies, or who looks at it.
export function Message({ one, replies = [], inThread = false }) {
  const ids = [...filesIn(one.blocks), ...one.files];
  const files = JSON.stringify(ids.map((id) => store.world.files[id]));
  const last = replies.at(-1)?.ts;
  return useMemo(() => html`<${Drawn} one=${one} replies=${replies} inThread=${inThread} />`,
    [one, files, last, replies.length, store.me.id, inThread]);
}
