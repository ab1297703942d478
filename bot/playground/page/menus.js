// A button that opens a menu: arrows, Home, End, Escape and a click elsewhere, as a menu button has to.

import { html, useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact.js";
import { t } from "./words.js";

const GAP = 4;

// Beside its button and inside the window, whatever scrolls around it.
function place(button, sheet) {
  const at = button.getBoundingClientRect();
  const { width, height } = sheet.getBoundingClientRect();
  const below = at.bottom + GAP + height <= innerHeight;
  sheet.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - height)}px`;
  sheet.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
}

// items: [{label, detail, act, danger}], or null for a line between two.
export function Menu({ label, className, items, children }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const entries = () => [...root.current.querySelectorAll("[role=menuitem]")];

  useLayoutEffect(() => {
    if (!open) return;
    place(root.current.querySelector("button"), root.current.querySelector("[role=menu]"));
    entries()[0]?.focus({ preventScroll: true });
  }, [open]);
  useEffect(() => {
    if (!open) return undefined;
    const elsewhere = (event) => { if (!root.current.contains(event.target)) setOpen(false); };
    // Only what carries the button away; a message that arrives scrolls the conversation, and closes nothing else.
    const scrolled = (event) => { if (event.target !== root.current && event.target.contains(root.current)) setOpen(false); };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("scroll", scrolled, true);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("scroll", scrolled, true);
    };
  }, [open]);

  const close = () => { setOpen(false); root.current.querySelector("button").focus(); };
  const onKeyDown = (event) => {
    if (!open) return;
    const all = entries();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to].focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else return;
    if (event.key !== "Tab") { event.preventDefault(); event.stopPropagation(); }
  };

  return html`<span class="menu" ref=${root} onKeyDown=${onKeyDown}>
    <button type="button" class=${className} aria-label=${t(label)} title=${t(label)} aria-haspopup="menu"
      aria-expanded=${open ? "true" : "false"} onClick=${() => setOpen(!open)}>${children}</button>
    ${open && html`<div role="menu" aria-label=${t(label)} class="sheet">
      ${items.map((item, index) => (item === null ? html`<hr key=${index} role="separator" />`
        : html`<button key=${index} type="button" role="menuitem" tabindex="-1" class=${item.danger ? "danger" : ""}
            onClick=${() => { close(); item.act(); }}>${item.label}
            ${item.detail && html`<small>${item.detail}</small>`}</button>`))}
    </div>`}
  </span>`;
}
