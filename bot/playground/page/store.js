// The Slack tab's own: who one is and where in the workspace, and what one can do there.

import { know, listen, post, remember, set, store, unchanged, unreachable, watch } from "./state.js";

export { backstage, refresh, remember, remembered, set, store, useStore } from "./state.js";

Object.assign(store, {
  closed: new Set(), // forms that are gone from this window, whatever the stand-in knows
  tab: "messages",
});

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

// -- what one does -------------------------------------------------------------------------------------

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

export async function upload(file) {
  const query = new URLSearchParams({ user: store.me.id, name: file.name });
  const answer = await fetch(`/playground/upload?${query}`, { method: "POST", body: file });
  return (await answer.json()).file;
}

// -- from the beginning ----------------------------------------------------------------------------------

function keep(old, now) {
  const before = (old?.channels ?? []).flatMap((one) => [...one.messages, ...one.ephemerals]);
  const byTime = (one) => one.ts;
  for (const channel of now.channels) {
    channel.messages = unchanged(before, channel.messages, byTime);
    channel.ephemerals = unchanged(before, channel.ephemerals, byTime);
  }
  return now;
}

export async function start() {
  await Promise.all([know(), watch({ path: "/playground", settle, keep })]);
  for (const view of store.world.views) store.closed.add(view.id); // another window's, or from before a reload
  listen();
}
