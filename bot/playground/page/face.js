// Who speaks, and when.

import { html } from "./vendor/preact.js";
import { calendar } from "./words.js";

export const clock = (at) => new Date(at * 1000).toLocaleTimeString(calendar(), { hour: "2-digit", minute: "2-digit" });

export function Face({ bot, name }) {
  if (bot) return html`<span class="face bot" aria-hidden="true"><img src="/icon.svg" alt="" /></span>`;
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 8;
  return html`<span class="face hue-${sum}" aria-hidden="true">${[...name][0]}</span>`;
}

