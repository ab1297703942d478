// A conversation as it grows: whoever is at its end stays there; a line where a day begins.

import { store } from "./state.js";
import { html, useEffect, useLayoutEffect, useRef } from "./vendor/preact.js";
import { calendar, t } from "./words.js";

// Who is at the end, or sends something, stays there, also when something above takes more room later.
export function useEnd(key, thread = "") {
  const box = useRef(null);
  const atEnd = useRef(true);
  const before = useRef(0);
  useLayoutEffect(() => { atEnd.current = true; }, [key, store.sent[thread]]);
  useLayoutEffect(() => { if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight; });
  useEffect(() => {
    const stay = () => { if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight; };
    const watch = new ResizeObserver(stay);
    watch.observe(box.current);
    watch.observe(box.current.firstElementChild);
    return () => watch.disconnect();
  }, []);
  // A picture that comes moves the end away, and nobody has scrolled: only a way up leaves it.
  const onScroll = ({ target }) => {
    const near = target.scrollHeight - target.scrollTop - target.clientHeight < 80;
    atEnd.current = near || (atEnd.current && target.scrollTop >= before.current);
    before.current = target.scrollTop;
  };
  return { ref: box, onScroll };
}

function day(at) {
  const date = new Date(at * 1000);
  return date.toDateString() === new Date().toDateString() ? t("Today")
    : date.toLocaleDateString(calendar(), { weekday: "long", month: "long", day: "numeric" });
}

// all: what is drawn, oldest first, with a line before the first of each day.
export function withDays(all, timeOf, drawn) {
  let before = "";
  return all.map((one) => {
    const today = day(timeOf(one));
    const line = today === before ? null : html`<p class="day" key=${today}><span>${today}</span></p>`;
    before = today;
    return [line, drawn(one)];
  });
}
