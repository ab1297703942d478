// What one has said, for the arrow keys, and what one has written and not sent.

import { remember, remembered, store } from "./state.js";
import { useRef, useState } from "./vendor/preact.js";

const KEPT = 50;
const key = () => `history ${store.me.name}`;
const saidBefore = () => remembered(key(), []);

// Arrow up in an empty composer brings back what was said, as often as it is pressed.
export function useHistory(text, put) {
  const at = useRef(-1);
  const onKey = (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const said = saidBefore();
    const untouched = text === (at.current === -1 ? "" : said[at.current]);
    const to = at.current + step;
    if (!step || event.shiftKey || !untouched || to < -1 || to >= said.length) return false;
    at.current = to;
    put(said[to] ?? "");
    event.preventDefault();
    return true;
  };
  const keep = (words) => {
    at.current = -1;
    remember(key(), [words, ...saidBefore().filter((one) => one !== words)].slice(0, KEPT));
  };
  return { onKey, keep };
}

const drafts = new Map();

// Words that wait in their place for one's return.
export function useDraft(thread) {
  const place = `${store.me.id} ${store.channel.id} ${thread}`;
  const [text, setText] = useState(drafts.get(place) ?? "");
  return [text, (words) => { drafts.set(place, words); setText(words); }];
}
