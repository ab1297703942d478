// The Teams tab: the side, the conversation, the network, and the dialog that lies over them.

import { Face } from "../face.js";
import { Icon, IconButton } from "../icons.js";
import { Panel } from "../panel.js";
import { set, store, useStore } from "../state.js";
import { html, render, useEffect } from "../vendor/preact.js";
import { Head, Who } from "../who.js";
import { language, said, t } from "../words.js";
import { Conversation } from "./conversation.js";
import { Opened } from "./dialog.js";
import { become, hashOf, mine, start, titleOf } from "./store.js";

const KINDS = [["personal", said("Chat")], ["groupChat", said("Group chats")], ["channel", said("Channels of the team")]];
const SIGNS = { groupChat: "◦ ", channel: "# " };

function Entry({ one }) {
  const here = one.id === store.channel.id;
  return html`<li><a href=${hashOf(store.me, one)} aria-current=${here ? "page" : null}>
    ${one.kind === "personal" ? html`<${Face} bot=${true} name="" />` : html`<span class="sign" aria-hidden="true">${SIGNS[one.kind]}</span>`}
    <span class="name">${titleOf(one)}</span>
    ${one.kind === "personal" && html`<span class="badge">${t("APP")}</span>`}
    ${!one.has_bot && html`<small>${t("no bot")}</small>`}</a></li>`;
}

function Side() {
  const known = store.world.people.map(({ id, slug, name, locale }) => ({ id, short: slug, name, locale }));
  return html`<nav class="side" aria-label=${t("Chats and channels")}>
    <${Head} platform="Teams" team="playground" />
    <${Who} all=${known} become=${become} />
    ${KINDS.map(([kind, title]) => html`<h2 id=${kind}>${t(title)}</h2>
      <ul aria-labelledby=${kind}>${mine().filter((one) => one.kind === kind).map((one) => html`<${Entry} key=${one.id} one=${one} />`)}</ul>`)}
    <p class="small">${t("A pretend Teams on this machine. Nothing here leaves it, except what the bot sends to an image service.")}</p>
  </nav>`;
}

function Bar() {
  const place = store.channel;
  const word = (open) => (open ? "true" : "false");
  return html`<header class="bar">
    <span class="only-narrow"><${IconButton} name="menu" label="Show channels" aria-expanded=${word(store.menu)}
      onClick=${() => set({ menu: !store.menu })} /></span>
    <h1>${titleOf(place)}${!place.has_bot && html`<small>${t("the bot is not here")}</small>`}</h1>
    <button type="button" class="network-button" aria-expanded=${word(store.network)}
      onClick=${() => set({ network: !store.network })}><${Icon} name="network" /> <span class="word">${t("Network")}</span></button>
  </header>`;
}

const calls = () => store.world.calls.map((one) => {
  const ok = one.status > 0 && one.status < 400;
  return { at: one.at, way: one.to_bot ? "Teams → bot" : "bot → Teams", what: one.what, ok,
    said: one.to_bot && ok ? `${Math.round(one.seconds * 1000)} ms` : one.status || t("cut"), more: [] };
});

function App() {
  useStore();
  useEffect(() => { document.documentElement.lang = language(); }, [store.me.id]);
  useEffect(() => { document.title = `${titleOf(store.channel)} · Teams · Imagine playground`; }, [store.channel.id]);
  return html`<div class="app teams ${store.menu ? "menu-open" : ""}">
    ${store.about.banner && html`<section class="banner" aria-label=${t("Notice")}>${store.about.banner}</section>`}
    <div class="columns">
      <${Side} />
      <div class="shade" onClick=${() => set({ menu: false })}></div>
      <main class=${store.channel.kind}><${Bar} /><${Conversation} key=${`${store.me.id}${store.channel.id}`} /></main>
      ${store.network && html`<${Panel} platform="Teams" side="teams" calls=${calls()} />`}
    </div>
    <${Opened} />
  </div>`;
}

const Missing = () => html`<main class="missing"><h1>Teams is not installed here</h1>
  <p>Install <code>imagine-bot[teams]</code> and start the playground again; <code>make playground</code> does that by itself.</p>
  <p><a href="/">Back to Slack</a></p></main>`;

// A file that misses its place would be opened instead of the page.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => { if (event.target.type !== "file") event.preventDefault(); });
}

const there = await start();
const root = document.querySelector("#app");
root.replaceChildren();
render(there ? html`<${App} />` : html`<${Missing} />`, root);
