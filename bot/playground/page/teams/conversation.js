// A conversation as it is read: a chat's messages, or a channel's posts with their replies.

import { useEnd, withDays } from "../scrolling.js";
import { store } from "../state.js";
import { html, useEffect, useRef } from "../vendor/preact.js";
import { said, t } from "../words.js";
import { Message, nameOf } from "./message.js";
import { go, inChannel, titleOf } from "./store.js";
import { Writing } from "./writing.js";

const seen = () => store.channel.messages.filter((one) => !one.seen_by || one.seen_by === store.me.id);

function Empty() {
  const place = store.channel;
  const { name } = store.world.bot;
  if (!place.has_bot) return html`<p class="empty">${t("Nothing here yet. {app} is not in this conversation.", { app: name })}</p>`;
  if (place.kind === "personal") return html`<p class="empty">${t("This is your conversation with {app}. Write what you would like to see.", { app: name })}</p>`;
  return html`<p class="empty">${t("Nothing here yet. Try")} <code>@${name} a lighthouse in a storm</code></p>`;
}

function Post({ one, replies }) {
  const post = useRef(null);
  const open = store.thread === one.id;
  useEffect(() => {
    if (open) post.current.querySelector("form.composer textarea")?.focus();
  }, [open]);
  return html`<div class="post" ref=${post} role="group" aria-label=${t("Post by {name}", { name: nameOf(one) })}>
    <${Message} one=${one} root=${one.id} />
    ${replies.map((each) => html`<${Message} key=${each.id} one=${each} root=${one.id} />`)}
    ${open ? html`<${Writing} key=${`${store.me.id}${one.id}`} label=${t("Reply…")} thread=${one.id} />`
      : html`<button type="button" class="reply-button" onClick=${() => go(store.channel, one.id)}>${t("Reply")}</button>`}
  </div>`;
}

// What answers a post that is not there stands for itself.
function posts(all) {
  const there = new Set(all.map((one) => one.id));
  return all.filter((one) => !one.thread || !there.has(one.thread));
}

export function Conversation() {
  const all = seen();
  const end = useEnd(`${store.me.id}${store.channel.id}`);
  const drawn = (one) => (inChannel()
    ? html`<${Post} key=${one.id} one=${one} replies=${all.filter((each) => each.thread === one.id)} />`
    : html`<${Message} key=${one.id} one=${one} />`);
  const title = titleOf(store.channel);
  return html`<div class="messages" role="log" aria-label=${t("Messages in {place}", { place: title })} tabindex="0" ...${end}><div class="list">
      ${!all.length && html`<${Empty} />`}
      ${withDays(inChannel() ? posts(all) : all, (one) => one.at, drawn)}
    </div></div>
    <${Writing} key=${`${store.me.id}${store.channel.id}`} thread=""
      label=${t(inChannel() ? said("New post in {place}") : said("Message {place}"), { place: title })} />`;
}
