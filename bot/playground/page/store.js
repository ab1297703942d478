// What the page knows: the stand-in's state, who one is and where; and the way to do something there.

import { useEffect, useState } from "./vendor/preact.js";

export const store = {
  world: null, // the workspace, as /playground/state gives it
  about: null, // what does not change while the playground runs
  stopped: false, // nobody answers any more
  complaint: "", // why the last deed failed
  closed: new Set(), // forms that are gone from this window, whatever the stand-in knows
  sent: {}, // how often something was sent, by thread ("" is the channel)
  me: null, channel: null, thread: "", tab: "messages",
  network: false, menu: false,
};

const listeners = new Set();

export function set(changes) {
  Object.assign(store, changes);
  for (const listener of listeners) listener();
}

export function useStore() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((count) => count + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return store;
}

// -- who and where: #ann/general, #ann/general/1763.0001 with a thread, #ann/dm-ann/home --------------

export const people = () => store.world.users.filter((one) => !one.is_bot);
export const user = (id) => store.world.users.find((one) => one.id === id);
export const mine = () => store.world.channels.filter((one) => one.members.includes(store.me.id));
export const hasBot = (channel) => channel.members.includes(store.world.bot);
export const isAppDm = (channel) => channel.kind === "dm" && hasBot(channel);

export function nameOf(channel) {
  if (channel.kind !== "dm") return channel.name;
  return user(channel.members.find((id) => id !== store.me.id))?.real_name ?? channel.name;
}

export const titleOf = (channel) => (channel.kind === "dm" ? nameOf(channel) : `#${nameOf(channel)}`);

function settle() {
  const [person, place, rest = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
  store.me = people().find((one) => one.name === person) ?? people()[0];
  store.channel = mine().find((one) => one.name === place) ?? mine()[0];
  store.tab = rest === "home" && isAppDm(store.channel) ? "home" : "messages";
  store.thread = /^\d+\.\d+$/.test(rest) ? rest : "";
}

export function hashOf(person, channel, rest = "") {
  return `#${[person.name, channel.name, rest].filter(Boolean).map(encodeURIComponent).join("/")}`;
}

// There is room for one pane, and the thread that one opens is what one wants to see.
const ROOM_FOR_TWO = "(width > 1500px)";

export function go(channel, rest = "") {
  if (/^\d/.test(rest) && !matchMedia(ROOM_FOR_TWO).matches) store.network = false;
  location.hash = hashOf(store.me, channel, rest);
}

// Another person keeps the place where they may see it; in the bot's DM they get their own.
export function become(person) {
  const at = store.channel;
  const theirs = (one) => one.members.includes(person.id);
  const place = isAppDm(at) ? store.world.channels.find((one) => isAppDm(one) && theirs(one)) : at;
  location.hash = hashOf(person, place ?? at, store.tab === "home" ? "home" : store.thread);
}

// A link of Slack's own leads to the same conversation here, and to the message with its thread.
const SLACKS = /^https:\/\/(?:app\.slack\.com\/client\/\w+|[\w-]+\.slack\.com\/archives)\/(\w+)(?:\/p(\d+)(\d{6}))?(?:\?thread_ts=([\d.]+))?/;

export function follow(event, url) {
  const [, id, seconds, rest, thread] = SLACKS.exec(url) ?? [];
  const channel = mine().find((one) => one.id === id);
  if (!channel) return;
  event.preventDefault();
  go(channel, thread ?? (seconds ? `${seconds}.${rest}` : ""));
}

// -- talking to the stand-in ---------------------------------------------------------------------------

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return answer.json();
}

const unreachable = () => ({ ok: false, error: "the playground has stopped" });

// A deed of the person one is. Slack itself tells a failed command or form, so those are not said twice.
export async function deed(wanted) {
  set({ complaint: "" });
  const said = await post("/playground/do", { user: store.me.id, ...wanted }).catch(unreachable);
  const told = said.seconds !== undefined && ["command", "submit"].includes(wanted.do);
  if (!said.ok && !told) set({ complaint: said.error });
  return said;
}

export const REGION_MARKED = "guide region";

// A press on something in a message.
export function press(message, part, block, value) {
  if (store.about.region && part.action_id.startsWith(store.about.region)) remember(REGION_MARKED, true);
  return deed({ do: "press", message: message.ts, action_id: part.action_id, block_id: block.block_id, value });
}

export const switchFault = (wanted) => post("/playground/faults", wanted).catch(unreachable);
export const backstage = (wanted) => post("/playground/backstage", wanted).catch(unreachable);

export async function upload(file) {
  const query = new URLSearchParams({ user: store.me.id, name: file.name });
  const answer = await fetch(`/playground/upload?${query}`, { method: "POST", body: file });
  return (await answer.json()).file;
}

// -- living with changes ---------------------------------------------------------------------------------

// A message that did not change keeps its object, so that it is not drawn again.
function keepUnchanged(old, now) {
  const known = new Map();
  for (const channel of old?.channels ?? []) {
    for (const one of [...channel.messages, ...channel.ephemerals]) known.set(one.ts, one);
  }
  const kept = (one) => {
    const before = known.get(one.ts);
    return before && JSON.stringify(before) === JSON.stringify(one) ? before : one;
  };
  for (const channel of now.channels) {
    channel.messages = channel.messages.map(kept);
    channel.ephemerals = channel.ephemerals.map(kept);
  }
  return now;
}

let asking = null;
let again = false;

async function ask() {
  do {
    again = false;
    const answer = await fetch("/playground/state");
    store.world = keepUnchanged(store.world, await answer.json());
    store.stopped = false;
    settle();
    set({});
  } while (again);
}

// Look anew; one look at a time, and whoever asks meanwhile gets a later one.
export function refresh() {
  again = Boolean(asking);
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

export async function start() {
  const about = fetch("/playground/about").then((answer) => answer.json()).then((known) => { store.about = known; });
  await Promise.all([about, refresh()]);
  for (const view of store.world.views) store.closed.add(view.id); // another window's, or from before a reload
  const stream = new EventSource("/playground/events");
  stream.onmessage = (event) => {
    if (store.stopped || Number(event.data) !== store.world.version) refresh().catch(() => set({ stopped: true }));
  };
  stream.onerror = () => set({ stopped: true });
  window.addEventListener("hashchange", () => { settle(); set({ complaint: "", menu: false }); });
}

// -- small things that a browser keeps ---------------------------------------------------------------------

export function remembered(key, otherwise) {
  try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
}

export function remember(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a private window may refuse */ }
}
