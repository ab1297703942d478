// Files on their way: chosen, dropped or pasted, uploaded, and shown as chips that can be taken off.

import { Icon, IconButton } from "./icons.js";
import { size } from "./mrkdwn.js";
import { upload } from "./store.js";
import { html, useEffect, useState } from "./vendor/preact.js";
import { t } from "./words.js";

export const TAKEN = "image/*,.heic,.heif,.avif,.bmp,.tif,.tiff,.txt";

function Thumb({ file }) {
  const [url, setUrl] = useState("");
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (failed || !file.type.startsWith("image/")) return html`<${Icon} name="file" />`;
  return url && html`<img src=${url} alt="" onError=${() => setFailed(true)} />`;
}

const keyOf = (file) => `${file.name}-${file.lastModified}-${file.size}`;

export function Chips({ files, remove }) {
  if (!files.length) return null;
  return html`<ul class="chips" aria-label=${t("Attached files")}>${files.map((file) => html`<li key=${keyOf(file)}>
    <${Thumb} file=${file} /><span>${file.name}<small>${size(file.size)}</small></span>
    <${IconButton} name="close" label=${t("Remove {name}", { name: file.name })} onClick=${() => remove(file)} />
  </li>`)}</ul>`;
}

// Pasted pictures are all named alike; Slack numbers them.
export function named(files) {
  return [...files].map((file, index) => (file.name && file.name !== "image.png" ? file
    : new File([file], `image-${Date.now() % 100000}${index || ""}.png`, { type: file.type })));
}

// A form's file input: uploads at once, and holds the ids of what is uploaded.
export function Files({ part, id, change, describedby }) {
  const [files, setFiles] = useState([]);
  const [busy, setBusy] = useState(false);
  const put = async (list) => {
    setBusy(true);
    const made = await Promise.all(list.map(async (file) => ({ file, id: file.id ?? await upload(file) })));
    for (const one of made) one.file.id = one.id;
    setFiles(list);
    setBusy(false);
    change(made.map((one) => one.id));
  };
  const most = part.max_files ?? 10;
  const onChange = (event) => {
    put([...files, ...event.target.files].slice(-most));
    event.target.value = "";
  };
  return html`<div class="files">
    <input id=${id} type="file" multiple=${most > 1} aria-describedby=${describedby} onChange=${onChange}
      accept=${part.filetypes?.map((one) => `.${one}`).join(",")} />
    ${busy && html`<small role="status">${t("Uploading…")}</small>`}
    <${Chips} files=${files} remove=${(file) => put(files.filter((one) => one !== file))} />
  </div>`;
}
