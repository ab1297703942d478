// What is offered while one types: the list over the composer, and the keys that walk and take it.

import { html, useState } from "./vendor/preact.js";
import { t } from "./words.js";

const ROWS = 8;

// A name that is typed out is sent; one that is not is completed first.
function unfinished(text, found) {
  const typed = text.match(/@\S*$/)?.[0].toLowerCase();
  return typed && !found.some((one) => [one.label, `@${one.detail}`].some((name) => name.toLowerCase() === typed));
}

const isPlain = (event) => !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;

// text: all of it; atEnd: whether the cursor stands behind it. look gives what can follow; choose takes the new text.
export function useSuggestions({ text, atEnd, look, choose }) {
  const [picked, setPicked] = useState(0);
  const [closed, setClosed] = useState(false);
  const found = closed || !atEnd ? [] : look(text);
  const take = (one) => choose(text.slice(0, one.from) + one.put);

  // Whether the key was for the list.
  const onKey = (event) => {
    if (!found.length || !isPlain(event)) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const command = /^\/\S*$/.test(text) && text !== found[picked].label;
    if (step) setPicked((picked + step + found.length) % found.length);
    else if (event.key === "Escape") setClosed(true);
    else if (event.key === "Tab") take(found[picked]);
    else if (event.key === "Enter" && (command || unfinished(text, found))) take(found[picked]);
    else return false;
    event.preventDefault();
    return true;
  };
  return { found, picked, take, onKey, close: () => setClosed(true), open: () => { setPicked(0); setClosed(false); } };
}

// A window of the rows around the chosen one: nothing to scroll, for the mouse or for anybody.
export function Suggestions({ id, offered: { found, picked, take } }) {
  if (!found.length) return null;
  const first = Math.max(0, Math.min(picked - ROWS / 2, found.length - ROWS));
  return html`<ul class="suggestions" role="listbox" id=${id} aria-label=${t("Suggestions")}>
    ${found.slice(first, first + ROWS).map((one, index) => html`<li key=${one.label} id="${id}-${first + index}" role="option"
      aria-selected=${first + index === picked ? "true" : "false"}
      onMouseDown=${(event) => { event.preventDefault(); take(one); }}>
      <b>${one.label}</b>${one.detail && html` <span>${one.detail}</span>`}${one.more && html`<small>${one.more}</small>`}</li>`)}
  </ul>`;
}
