// The Teams tab's own: who one is and where, what one does there, and what the bot answers to it.

import { know, listen, post, set, store, unchanged, unreachable, watch } from "../state.js";

Object.assign(store, {
  dialog: null, // {title, card} or {said}, with where it belongs
  quoting: "", // the message that is answered, in a chat
});

export const person = (id) => store.world.people.find((one) => one.id === id);
export const mine = () => store.world.conversations.filter((one) => one.people.includes(store.me.id));
export const inChannel = () => store.channel.kind === "channel";

export function titleOf(place) {
  return place.kind === "personal" ? store.world.bot.name : place.name;
}

// The app's own words, in the language of who looks.
export function app() {
  return store.about.teams[store.me.locale.slice(0, 2)] ?? store.about.teams.en;
}

// -- #ann/general, #ann/general/1795000000001 while one answers a post -----------------------------------

function settle() {
  const [who, where, thread = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
  const { people } = store.world;
  store.me = people.find((one) => one.slug === who) ?? people[0];
  const before = store.channel?.id;
  store.channel = mine().find((one) => one.slug === where) ?? mine()[0];
  store.thread = inChannel() && /^\d+$/.test(thread) ? thread : "";
  if (store.channel.id !== before) store.quoting = "";
}

export function hashOf(who, place, thread = "") {
  return `#${[who.slug, place.slug, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;
}

export const go = (place, thread = "") => { location.hash = hashOf(store.me, place, thread); };
export const become = (id) => { location.hash = hashOf(person(id), store.channel, store.thread); };

// -- what one does -------------------------------------------------------------------------------------

export async function deed(wanted) {
  set({ complaint: "" });
  const said = await post("/teams/do", { user: store.me.id, conversation: store.channel.id, ...wanted }).catch(unreachable);
  if (!said.ok) set({ complaint: said.error });
  return said;
}

export async function upload(file) {
  const answer = await fetch("/teams/upload", { method: "POST", headers: { "Content-Type": file.type }, body: file });
  return (await answer.json()).file;
}

// What the bot answers to a button or a dialog: another dialog, words in one, words under the message, or nothing.
// about: where it belongs, {conversation, thread, command, message}. The words for under the message come back.
export function heard(answer, about) {
  const task = answer?.task;
  if (task?.type === "continue") {
    set({ dialog: { ...about, title: task.value.title, card: task.value.card.content, shown: Symbol("shown") } });
    return "";
  }
  set({ dialog: task?.value ? { ...about, said: task.value } : null });
  return typeof answer?.value === "string" ? answer.value : "";
}

// One of the app's forms, beside the composer or under a message.
export async function openForm(command, { message = "", thread = "" } = {}) {
  const about = { conversation: store.channel.id, thread, command, message };
  const said = await deed({ do: "extension", ...about });
  if (said.ok) heard(said.answer, about);
}

// -- from the beginning ----------------------------------------------------------------------------------

function keep(old, now) {
  const before = (old?.conversations ?? []).flatMap((one) => one.messages);
  for (const place of now.conversations) place.messages = unchanged(before, place.messages, (one) => one.id);
  return now;
}

// Whether there is a Teams at all.
export async function start() {
  await know();
  if (!store.about.teams) return false;
  await watch({ path: "/teams", settle, keep });
  listen();
  return true;
}
