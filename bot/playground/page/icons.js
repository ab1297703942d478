// The page's own icons: strokes on a 20 × 20 grid, never read aloud.

import { html } from "./vendor/preact.js";
import { t } from "./words.js";

const PATHS = {
  hash: "M8 3 6 17M14 3l-2 14M4 7.5h13M3 12.5h13",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  menu: "M3 5h14M3 10h14M3 15h14",
  close: "M5 5l10 10M15 5 5 15",
  plus: "M10 4v12M4 10h12",
  send: "M3 10 17 3l-4 14-3-6zM10 11l7-8",
  smile: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7 8v.5M13 8v.5M6.5 12c1.8 2.4 5.2 2.4 7 0",
  reply: "M3 4h14v9H9l-4 4v-4H3z",
  dots: "M10 4.5v.2M10 10v.2M10 15.5v.2",
  bolt: "M11 2 4 11.5h5L8.5 18 16 8.5h-5z",
  download: "M10 3v9M6 8.5l4 4 4-4M4 16.5h12",
  expand: "M12 3h5v5M17 3l-6 6M8 17H3v-5M3 17l6-6",
  network: "M4 13a8 8 0 0 1 12 0M7 15.5a4 4 0 0 1 6 0M10 17.8v.2M1.5 10a12 12 0 0 1 17 0",
  eye: "M2 10c3-6 13-6 16 0-3 6-13 6-16 0zM10 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  file: "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15",
};

// A button that is only an icon; its label is what one hears and sees on hovering.
export function IconButton({ name, label, onClick, ...rest }) {
  return html`<button type="button" class="icon-button" aria-label=${t(label)} title=${t(label)} onClick=${onClick} ...${rest}>
    <${Icon} name=${name} /></button>`;
}

export function Icon({ name }) {
  return html`<svg class="icon ${name}" viewBox="0 0 20 20" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
