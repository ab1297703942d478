// Pictures and other files in messages: with their room kept, alt text, full size and download.

import { showPicture } from "./dialogs.js";
import { Icon, IconButton } from "./icons.js";
import { size } from "./mrkdwn.js";
import { store } from "./store.js";
import { html } from "./vendor/preact.js";
import { t } from "./words.js";

const LARGEST = { big: 440, beside: 88 };

// The size a picture is drawn at, so that nothing jumps when its bytes come.
function room(width, height, most) {
  if (!width || !height) return {};
  const shrink = Math.min(1, most / width, most / height);
  return { width: Math.round(width * shrink), height: Math.round(height * shrink) };
}

function found(source) {
  const id = source.slack_file?.id ?? source.slack_file?.url?.match(/-(F[A-Z0-9]+)/)?.[1];
  if (!id) {
    const url = `/playground/image?${new URLSearchParams({ url: source.image_url })}`;
    return { url, name: "picture", width: source.image_width, height: source.image_height };
  }
  const file = store.world.files[id];
  return file && !file.deleted && { ...file, url: `/playground/files/${id}` };
}

// source: an image block or element. look: big, beside (some words), or tiny (in a context).
export function Picture({ source, title, look }) {
  const file = found(source);
  if (!file) return html`<p class="gone">${t("This file was deleted.")}</p>`;
  const alt = source.alt_text ?? "";
  if (look === "tiny") return html`<img class="tiny" src=${file.url} alt=${alt} width="20" height="20" />`;
  return html`<${Shown} ...${file} alt=${alt} title=${title} look=${look} />`;
}

// drawn: where the picture is, when it is not the file itself.
function Shown({ url, drawn = url, alt, name, size: bytes, width, height, title, look }) {
  const open = () => showPicture({ url, drawn, alt, name, bytes });
  return html`<figure class=${look}>
    ${title && html`<figcaption>${title}</figcaption>`}
    <div class="frame">
      <img src=${drawn} alt=${alt} ...${room(width, height, LARGEST[look])} onClick=${open} />
      <div class="over">
        <${IconButton} name="expand" label="View full size" onClick=${open} />
        <a class="icon-button" href=${url} download=${name} aria-label=${t("Download")} title="${t("Download")} ${name}">
          <${Icon} name="download" /></a>
      </div>
    </div>
  </figure>`;
}

// A browser shows these; of a phone's HEIC and a TIFF it gets a copy, as in Slack, where that can be made.
const DRAWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml", "image/bmp"]);

export function Attachment({ id }) {
  const file = store.world.files[id];
  if (!file || file.deleted) return html`<p class="gone">${t("This file was deleted.")}</p>`;
  const url = `/playground/files/${id}`;
  const direct = DRAWN.has(file.media_type);
  if (direct || file.width) {
    return html`<${Shown} ...${file} url=${url} drawn=${direct ? url : `${url}?drawn`} alt=${file.alt || file.name} look="big" />`;
  }
  return html`<a class="attachment" href=${url} download=${file.name}><${Icon} name="file" />
    <span>${file.name}<small>${file.media_type} · ${size(file.size)}</small></span></a>`;
}
