// Changing one's own words where they stand.

import { html, useState } from "./vendor/preact.js";
import { t } from "./words.js";

// text: as it is; save takes the new one, and is not called for the same or for none.
export function Editor({ text: before, save: keep, done }) {
  const [text, setText] = useState(before);
  const save = () => { done(); if (text.trim() && text !== before) keep(text); };
  const onKeyDown = (event) => {
    if (event.key === "Escape") done();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); save(); }
  };
  return html`<div class="editor">
    <textarea aria-label=${t("Edit message")} rows="2" value=${text} onInput=${(event) => setText(event.target.value)}
      onKeyDown=${onKeyDown} ref=${(box) => box && !box.dataset.seen && (box.dataset.seen = "1", box.focus())}></textarea>
    <footer><button type="button" onClick=${done}>${t("Cancel")}</button>
    <button type="button" class="primary" onClick=${save}>${t("Save")}</button></footer>
  </div>`;
}
