// The page: the side, the conversation or the app's home, a pane, and what lies over them.

import { Channel, Thread } from "./conversation.js";
import { Home } from "./home.js";
import { Icon } from "./icons.js";
import { Modals } from "./modal.js";
import { Network } from "./network.js";
import { Side } from "./side.js";
import { go, hasBot, isAppDm, nameOf, set, start, store, useStore } from "./store.js";
import { html, render, useEffect } from "./vendor/preact.js";

const PHONE = "(max-width: 760px)";

function Tabs() {
  const tab = (name, rest, label) => {
    const chosen = store.tab === name;
    return html`<button type="button" role="tab" id="tab-${name}" aria-selected=${chosen ? "true" : "false"} tabindex=${chosen ? 0 : -1}
      aria-controls="panel-${name}" onClick=${() => go(store.channel, rest)}>${label}</button>`;
  };
  const onKeyDown = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    go(store.channel, store.tab === "home" ? "" : "home");
    event.currentTarget.querySelector("[aria-selected=false]").focus();
  };
  return html`<div class="tabs" role="tablist" aria-label="Parts of this conversation" onKeyDown=${onKeyDown}>
    ${tab("home", "home", "App Home")}${tab("messages", "", "Messages")}</div>`;
}

function Bar() {
  const place = store.channel;
  const narrow = matchMedia(PHONE).matches;
  return html`<header class="bar">
    <button type="button" class="icon-button only-narrow" aria-label="Show channels" aria-expanded=${store.menu ? "true" : "false"}
      onClick=${() => set({ menu: !store.menu })}><${Icon} name="menu" /></button>
    <h1>${place.kind === "dm" ? nameOf(place) : html`<span class="sign">${place.kind === "private" ? html`<${Icon} name="lock" />` : "# "}</span>${nameOf(place)}`}
      ${!hasBot(place) && html`<small>the bot is not here</small>`}</h1>
    ${isAppDm(place) && html`<${Tabs} />`}
    <button type="button" class="network-button" aria-expanded=${store.network ? "true" : "false"}
      onClick=${() => set({ network: !store.network })}><${Icon} name="network" /> <span class=${narrow ? "hidden" : ""}>Network</span></button>
  </header>`;
}

function App() {
  useStore();
  useEffect(() => { document.title = `${nameOf(store.channel)} · Imagine playground`; }, [store.channel.id]);
  const pane = store.thread ? html`<${Thread} key=${`${store.me.id}${store.thread}`} />` : null;
  const main = store.tab === "home" ? html`<${Home} />` : html`<${Channel} />`;
  return html`<div class="app ${store.menu ? "menu-open" : ""}" onClick=${(event) => { if (event.target.classList.contains("shade")) set({ menu: false }); }}>
    ${store.about.banner && html`<section class="banner" aria-label="Notice">${store.about.banner}</section>`}
    <div class="columns">
      <${Side} />
      <div class="shade"></div>
      <main><${Bar} />
        ${isAppDm(store.channel) && store.tab !== "home" ? html`<div class="panel" role="tabpanel" id="panel-messages" aria-labelledby="tab-messages">${main}</div>` : main}
      </main>
      ${pane}
      ${store.network && html`<${Network} />`}
    </div>
    <${Modals} />
  </div>`;
}

await start();
const root = document.querySelector("#app");
root.replaceChildren();
render(html`<${App} />`, root);
