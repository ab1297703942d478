// A conversation as it is read: the channel's messages, or one thread in the pane beside it.

import { Guide } from "./guide.js";
import { IconButton } from "./icons.js";
import { Message } from "./message.js";
import { useEnd, withDays } from "./scrolling.js";
import { deed, go, hasBot, isAppDm, store, titleOf } from "./store.js";
import { html, useEffect, useRef } from "./vendor/preact.js";
import { Writing } from "./writing.js";
import { t } from "./words.js";

const isReply = (one) => one.thread_ts && one.thread_ts !== one.ts;
const byTime = (a, b) => (a.ts < b.ts ? -1 : 1);

function seen() {
  const { messages, ephemerals } = store.channel;
  return [...messages, ...ephemerals.filter((one) => one.seen_by === store.me.id)].sort(byTime);
}

function Empty() {
  const place = store.channel;
  const app = store.about.app;
  if (isAppDm(place)) return html`<p class="empty">${t("This is your conversation with {app}. Write what you would like to see.", { app })}</p>`;
  if (!hasBot(place)) return html`<p class="empty">${t("Nothing here yet. {app} is not in this conversation.", { app })}</p>`;
  return html`<p class="empty">${t("Nothing here yet. Try")} <code>/imagine a lighthouse in a storm</code></p>`;
}

export function Messages() {
  const all = seen();
  const there = new Set(all.map((one) => one.ts));
  const end = useEnd(`${store.me.id}${store.channel.id}`);
  const roots = all.filter((one) => !isReply(one) || one.broadcast || !there.has(one.thread_ts));
  useRead(all);
  const drawn = (one) => {
    const replies = all.filter((each) => isReply(each) && each.thread_ts === one.ts);
    return html`<${Message} key=${one.ts} one=${one} replies=${replies} />`;
  };
  return html`<div class="messages" role="log" aria-label=${t("Messages in {place}", { place: titleOf(store.channel) })} tabindex="0" ...${end}>
    <div class="list">
      ${!roots.length && html`<${Empty} />`}
      ${withDays(roots, (one) => one.ts, drawn)}
    </div>
  </div>`;
}

// What is on the screen is read, as long as somebody can look at it.
function useRead(all) {
  const last = all.at(-1)?.ts;
  const unread = store.world.unread?.[store.me.id]?.[store.channel.id];
  useEffect(() => {
    if (unread && !document.hidden) deed({ do: "read", channel: store.channel.id });
  }, [last, unread, store.channel.id, store.me.id]);
}

export function Thread() {
  const pane = useRef(null);
  const all = seen().filter((one) => one.ts === store.thread || one.thread_ts === store.thread);
  const end = useEnd(store.thread, store.thread);
  const root = all.find((one) => one.ts === store.thread);
  const close = () => go(store.channel);
  useEffect(() => { pane.current.querySelector("textarea")?.focus(); }, [store.thread]);
  const onKeyDown = (event) => { if (event.key === "Escape" && !event.defaultPrevented) close(); };
  return html`<aside class="pane" aria-label=${t("Thread")} ref=${pane} onKeyDown=${onKeyDown}>
    <header class="bar"><h2>${t("Thread")} <small>${titleOf(store.channel)}</small></h2>
      <${IconButton} name="close" label="Close thread" onClick=${close} /></header>
    <div class="messages" role="log" aria-label=${t("Thread messages")} tabindex="0" ...${end}><div class="list">
      ${!root && html`<p class="empty">${t("This message was deleted.")}</p>`}
      ${all.map((one) => html`<${Message} key=${one.ts} one=${one} inThread=${true} />`)}
    </div></div>
    <${Writing} key=${`${store.me.id}${store.thread}`} label=${t("Reply…")} thread=${store.thread} />
  </aside>`;
}

export function Channel() {
  useEffect(() => { if (isAppDm(store.channel)) deed({ do: "open_home", tab: "messages" }); }, [store.me.id, store.channel.id]);
  const label = t("Message {place}", { place: titleOf(store.channel) });
  return html`<${Messages} key=${`${store.me.id}${store.channel.id}`} />
    <${Guide} />
    <${Writing} key=${`${store.me.id}${store.channel.id}-composer`} label=${label} thread="" />`;
}
