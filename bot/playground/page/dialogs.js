// What lies over the page: "are you sure?", and a picture in full size.

import { html, render, useLayoutEffect, useRef } from "./vendor/preact.js";
import { Icon, IconButton } from "./icons.js";
import { size, words } from "./mrkdwn.js";
import { t } from "./words.js";

// A native modal dialog: it keeps the focus inside, and gives it back.
export function Dialog({ label, labelledby, role, className, onClose, children }) {
  const dialog = useRef(null);
  useLayoutEffect(() => { // before what is inside takes the focus
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const onCancel = (event) => { event.preventDefault(); onClose(); };
  const onClick = (event) => { if (event.target === dialog.current && className === "lightbox") onClose(); };
  return html`<dialog ref=${dialog} class=${className} role=${role} aria-label=${label} aria-labelledby=${labelledby}
    onCancel=${onCancel} onClick=${onClick}>${children}</dialog>`;
}

const over = () => document.querySelector("#over");
const nothing = () => render(null, over());

export function sure(confirm) {
  return new Promise((resolve) => {
    const done = (yes) => { nothing(); resolve(yes); };
    render(html`<${Dialog} role="alertdialog" labelledby="sure-title" className="small-dialog" onClose=${() => done(false)}>
      <h2 id="sure-title">${words(confirm.title)}</h2>
      <p>${words(confirm.text)}</p>
      <footer>
        <button type="button" onClick=${() => done(false)}>${words(confirm.deny)}</button>
        <button type="button" class=${confirm.style === "danger" ? "danger full" : "primary"}
          onClick=${() => done(true)}>${words(confirm.confirm)}</button>
      </footer>
    </${Dialog}>`, over());
  });
}

export const askDelete = () => sure({
  title: { text: t("Delete message") }, text: { text: t("Are you sure you want to delete this message? This cannot be undone.") },
  confirm: { text: t("Delete") }, deny: { text: t("Cancel") }, style: "danger",
});

export function showPicture({ url, drawn, alt, name, bytes }) {
  render(html`<${Dialog} label=${t("Picture")} className="lightbox" onClose=${nothing}>
    <header>
      <p>${name}${bytes ? html` <small>${size(bytes)}</small>` : null}</p>
      <a class="button" href=${url} download=${name ?? ""}><${Icon} name="download" /> ${t("Download")}</a>
      <${IconButton} name="close" label="Close" onClick=${nothing} />
    </header>
    <img src=${drawn} alt=${alt} />
  </${Dialog}>`, over());
}
