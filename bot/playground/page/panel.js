// Behind the scenes: the bot to kill and start, the switches of each side, and every call.

import { IconButton } from "./icons.js";
import { backstage, refresh, set, store } from "./state.js";
import { html, useState } from "./vendor/preact.js";
import { said, t } from "./words.js";

const SHOWN = 80;
const seconds = (at) => new Date(at * 1000).toLocaleTimeString([], { hour12: false }) + `.${String(Math.floor((at % 1) * 10))}`;

const toService = (one) => ({ at: one.at, way: "bot → images", what: one.path, ok: one.status < 400,
  said: one.finished ? one.status || t("cut") : "…", more: one.paid ? [t("paid")] : [] });

const row = (one, index) => html`<tr key=${`${one.at}${one.what}${index}`} class=${one.ok ? "" : "bad"}>
  <td>${seconds(one.at)}</td><td>${one.what}<small>${one.way}</small></td>
  <td>${one.said}${one.more.map((text) => html`<small>${text}</small>`)}</td></tr>`;

// calls: those with the platform, as rows.
function Calls({ calls }) {
  const all = [...calls, ...store.world.service.map(toService)].sort((a, b) => b.at - a.at).slice(0, SHOWN);
  if (!all.length) return html`<p class="small">${t("Nothing so far.")}</p>`;
  return html`<div class="calls" tabindex="0" role="region" aria-label=${t("Calls")}><table>
    <thead><tr><th scope="col">${t("Time")}</th><th scope="col">${t("Call")}</th><th scope="col">${t("Answer")}</th></tr></thead>
    <tbody>${all.map(row)}</tbody></table></div>`;
}

const BUSY = said("429: come back later");
const DOWN = said("Down: 503");
const SERVICE = { rate_limited: BUSY, slow: said("Slow: 8 s more for each call"), down: DOWN,
  lost_reply: said("Lose the next reply") };
const PLATFORM = { rate_limited: BUSY, slow: said("Slow: {name} takes 3 s more for each call"), down: DOWN,
  lost_reply: said("Lose the reply to the next post") };

// A switch stands as it was put, also while an older state of the world is still on its way here.
export function Switch({ label, on, put }) {
  const [wanted, setWanted] = useState(null);
  const onChange = async (event) => {
    setWanted(event.target.checked);
    await put(event.target.checked);
    await refresh();
    setWanted(null);
  };
  return html`<label><input type="checkbox" role="switch" checked=${wanted ?? on} onChange=${onChange} /> ${label}</label>`;
}

function Switches({ side, title, words }) {
  const on = store.world.switches[side];
  return html`<fieldset class="switches"><legend>${title}</legend>${Object.entries(words).map(([kind, label]) =>
    html`<${Switch} key=${kind} label=${t(label, { name: title })} on=${on[kind]} put=${(wanted) => backstage({ side, kind, on: wanted })} />`)}</fieldset>`;
}

function BotSwitch() {
  const running = store.world.bot_running;
  if (running === null || running === undefined) return null;
  return html`<fieldset class="switches"><legend>${t("The bot")}</legend>
    <p role="status">${running ? (store.world.connected ? t("Running and connected") : t("Starting…")) : t("Not running")}</p>
    ${running ? html`<button type="button" class="danger" onClick=${() => backstage({ bot: "kill" })}>${t("Kill the bot")}</button>`
      : html`<button type="button" class="primary" onClick=${() => backstage({ bot: "start" })}>${t("Start the bot")}</button>`}
  </fieldset>`;
}

// platform: its name; side: what the stand-in calls it; children: more of its own.
export function Panel({ platform, side, calls, children }) {
  return html`<section class="pane network" aria-label=${t("Network")}>
    <header class="bar"><h2>${t("Network")}</h2>
      <${IconButton} name="close" label="Close network" onClick=${() => set({ network: false })} /></header>
    <div class="pane-body">
      <${BotSwitch} />
      <${Switches} side=${side} title=${platform} words=${PLATFORM} />
      ${store.world.switches.service && html`<${Switches} side="service" title=${t("Image service")} words=${SERVICE} />`}
      <button type="button" onClick=${() => backstage({ clear: true })}>${t("All well again")}</button>
      ${children}
      <h3>${t("Calls")}</h3>
      <${Calls} calls=${calls} />
    </div>
  </section>`;
}
