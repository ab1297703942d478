// What both tabs know, and how they keep up with their stand-in: one object, its listeners, and looking anew.

import { useEffect, useState } from "./vendor/preact.js";

export const store = {
  world: null, // what there is, as the stand-in gives it
  about: null, // what does not change while the playground runs
  stopped: false, // nobody answers any more
  complaint: "", // why the last deed failed
  sent: {}, // how often something was sent, by thread ("" is the conversation)
  me: null, channel: null, thread: "",
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

// -- talking to the stand-in ---------------------------------------------------------------------------

export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return answer.json();
}

export const unreachable = () => ({ ok: false, error: "the playground has stopped" });

export const backstage = (wanted) => post("/playground/backstage", wanted).catch(unreachable);

// -- living with changes ---------------------------------------------------------------------------------

let source = null; // {path, settle, keep}: where the state is, and what a tab makes of it
let asking = null;
let again = false;

// A message that did not change keeps its object, so that it is not drawn again.
export function unchanged(before, now, idOf) {
  const known = new Map(before.map((one) => [idOf(one), one]));
  return now.map((one) => {
    const old = known.get(idOf(one));
    return old && JSON.stringify(old) === JSON.stringify(one) ? old : one;
  });
}

async function ask() {
  do {
    again = false;
    const answer = await fetch(`${source.path}/state`);
    store.world = source.keep(store.world, await answer.json());
    store.stopped = false;
    source.settle();
    set({});
  } while (again);
}

// Look anew; one look at a time, and whoever asks meanwhile gets a later one.
export function refresh() {
  again = Boolean(asking);
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

export async function know() {
  store.about = await (await fetch("/playground/about")).json();
}

export function watch(wanted) {
  source = wanted;
  return refresh();
}

export function listen() {
  const stream = new EventSource(`${source.path}/events`);
  stream.onmessage = (event) => {
    if (store.stopped || Number(event.data) !== store.world.version) refresh().catch(() => set({ stopped: true }));
  };
  stream.onerror = () => set({ stopped: true });
  window.addEventListener("hashchange", () => { source.settle(); set({ complaint: "", menu: false }); });
}

// -- small things that a browser keeps ---------------------------------------------------------------------

export function remembered(key, otherwise) {
  try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
}

export function remember(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a private window may refuse */ }
}
