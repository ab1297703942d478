// A conversation as it is read: the channel's messages, or one thread in the pane beside it.

import { Composer } from "./composer.js";
import { Guide } from "./guide.js";
import { IconButton } from "./icons.js";
import { Message } from "./message.js";
import { deed, go, hasBot, isAppDm, store, titleOf } from "./store.js";
import { html, useEffect, useLayoutEffect, useRef } from "./vendor/preact.js";

const isReply = (one) => one.thread_ts && one.thread_ts !== one.ts;
const byTime = (a, b) => (a.ts < b.ts ? -1 : 1);

function seen() {
  const { messages, ephemerals } = store.channel;
  return [...messages, ...ephemerals.filter((one) => one.seen_by === store.me.id)].sort(byTime);
}

function day(ts) {
  const date = new Date(ts * 1000);
  return date.toDateString() === new Date().toDateString() ? "Today"
    : date.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" });
}

// Who is at the end, or sends something, stays there, also when something above takes more room later.
function useEnd(key, thread = "") {
  const box = useRef(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => { atEnd.current = true; }, [key, store.sent[thread]]);
  useLayoutEffect(() => { if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight; });
  useEffect(() => {
    const stay = () => { if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight; };
    const watch = new ResizeObserver(stay);
    watch.observe(box.current);
    watch.observe(box.current.firstElementChild);
    return () => watch.disconnect();
  }, []);
  const onScroll = ({ target }) => { atEnd.current = target.scrollHeight - target.scrollTop - target.clientHeight < 80; };
  return { ref: box, onScroll };
}

function Empty() {
  const place = store.channel;
  const app = store.about.app;
  if (isAppDm(place)) return html`<p class="empty">This is your conversation with ${app}. Write what you would like to see.</p>`;
  if (!hasBot(place)) return html`<p class="empty">Nothing here yet. ${app} is not in this conversation.</p>`;
  return html`<p class="empty">Nothing here yet. Try <code>/imagine a lighthouse in a storm</code>.</p>`;
}

export function Messages() {
  const all = seen();
  const there = new Set(all.map((one) => one.ts));
  const end = useEnd(`${store.me.id}${store.channel.id}`);
  const roots = all.filter((one) => !isReply(one) || one.broadcast || !there.has(one.thread_ts));
  useRead(all);
  let before = "";
  return html`<div class="messages" role="log" aria-label="Messages in ${titleOf(store.channel)}" tabindex="0" ...${end}>
    <div class="list">
      ${!roots.length && html`<${Empty} />`}
      ${roots.map((one) => {
        const today = day(one.ts);
        const line = today === before ? null : html`<p class="day" key=${today}><span>${today}</span></p>`;
        before = today;
        const replies = all.filter((each) => isReply(each) && each.thread_ts === one.ts);
        return [line, html`<${Message} key=${one.ts} one=${one} replies=${replies} />`];
      })}
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
  return html`<aside class="pane" aria-label="Thread" ref=${pane} onKeyDown=${onKeyDown}>
    <header class="bar"><h2>Thread <small>${titleOf(store.channel)}</small></h2>
      <${IconButton} name="close" label="Close thread" onClick=${close} /></header>
    <div class="messages" role="log" aria-label="Thread messages" tabindex="0" ...${end}><div class="list">
      ${!root && html`<p class="empty">This message was deleted.</p>`}
      ${all.map((one) => html`<${Message} key=${one.ts} one=${one} inThread=${true} />`)}
    </div></div>
    <${Composer} key=${`${store.me.id}${store.thread}`} label="Reply…" thread=${store.thread} />
  </aside>`;
}

export function Channel() {
  useEffect(() => { if (isAppDm(store.channel)) deed({ do: "open_home", tab: "messages" }); }, [store.me.id, store.channel.id]);
  const label = `Message ${titleOf(store.channel)}`;
  return html`<${Messages} key=${`${store.me.id}${store.channel.id}`} />
    <${Guide} />
    <${Composer} key=${`${store.me.id}${store.channel.id}-composer`} label=${label} thread="" />`;
}
