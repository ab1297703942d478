// The page: the side, the conversation or the app's home, a pane, and what lies over them.

import { Channel, Thread } from "./conversation.js";
import { Home } from "./home.js";
import { Icon, IconButton } from "./icons.js";
import { Modals } from "./modal.js";
import { Network } from "./network.js";
import { Side } from "./side.js";
import { go, hasBot, isAppDm, nameOf, set, start, store, useStore } from "./store.js";
import { html, render, useEffect } from "./vendor/preact.js";
import { language, t } from "./words.js";

function Tabs() {
  const tab = (name, rest, label) => {
    const chosen = store.tab === name;
    return html`<button type="button" role="tab" id="tab-${name}" aria-selected=${chosen ? "true" : "false"}
      tabindex=${chosen ? 0 : -1} aria-controls="panel-${name}" onClick=${() => go(store.channel, rest)}>${label}</button>`;
  };
  const onKeyDown = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    go(store.channel, store.tab === "home" ? "" : "home");
    event.currentTarget.querySelector("[aria-selected=false]").focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${t("Parts of this conversation")} onKeyDown=${onKeyDown}>
    ${tab("home", "home", t("App Home"))}${tab("messages", "", t("Messages"))}</div>`;
}

function Title({ place }) {
  if (place.kind === "dm") return html`<h1>${nameOf(place)}</h1>`;
  const sign = place.kind === "private" ? html`<${Icon} name="lock" />` : "# ";
  return html`<h1><span class="sign">${sign}</span>${nameOf(place)}${!hasBot(place) && html`<small>${t("the bot is not here")}</small>`}</h1>`;
}

function Bar() {
  const place = store.channel;
  const said = (open) => (open ? "true" : "false");
  return html`<header class="bar">
    <span class="only-narrow"><${IconButton} name="menu" label="Show channels" aria-expanded=${said(store.menu)}
      onClick=${() => set({ menu: !store.menu })} /></span>
    <${Title} place=${place} />
    ${isAppDm(place) && html`<${Tabs} />`}
    <button type="button" class="network-button" aria-expanded=${said(store.network)}
      onClick=${() => set({ network: !store.network })}><${Icon} name="network" /> <span class="word">${t("Network")}</span></button>
  </header>`;
}

function Main() {
  const inside = store.tab === "home" ? html`<${Home} />` : html`<${Channel} />`;
  const tabbed = isAppDm(store.channel) && store.tab !== "home";
  return html`<main><${Bar} />${tabbed
    ? html`<div class="panel" role="tabpanel" id="panel-messages" aria-labelledby="tab-messages">${inside}</div>` : inside}</main>`;
}

function App() {
  useStore();
  useEffect(() => { document.documentElement.lang = language(); }, [store.me.id]);
  useEffect(() => { document.title = `${nameOf(store.channel)} · Imagine playground`; }, [store.channel.id]);
  return html`<div class="app ${store.menu ? "menu-open" : ""}">
    ${store.about.banner && html`<section class="banner" aria-label=${t("Notice")}>${store.about.banner}</section>`}
    <div class="columns">
      <${Side} />
      <div class="shade" onClick=${() => set({ menu: false })}></div>
      <${Main} />
      ${store.thread && html`<${Thread} key=${`${store.me.id}${store.thread}`} />`}
      ${store.network && html`<${Network} />`}
    </div>
    <${Modals} />
  </div>`;
}

// A file that misses its place would be opened instead of the page.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => { if (event.target.type !== "file") event.preventDefault(); });
}

await start();
const root = document.querySelector("#app");
root.replaceChildren();
render(html`<${App} />`, root);
