// Behind the scenes: every call between the bot, Slack and the image service, and ways to make them go wrong.

import { IconButton } from "./icons.js";
import { backstage, refresh, set, store, switchFault } from "./store.js";
import { html, useState } from "./vendor/preact.js";

const SHOWN = 80;
const seconds = (at) => new Date(at * 1000).toLocaleTimeString([], { hour12: false }) + `.${String(Math.floor((at % 1) * 10))}`;

// These are in the list of deliveries, failed ones too.
const DELIVERED = new Set(["slash_commands", "interactive", "events_api"]);

const fromBot = (one) => ({ at: one.at, way: "bot → Slack", what: one.method, ok: one.ok, said: one.ok ? "ok" : one.error,
  more: one.messages });
const toBot = (one) => ({ at: one.at, way: "Slack → bot", what: one.what, ok: one.ok,
  said: one.ok ? `${Math.round(one.seconds * 1000)} ms` : one.error, more: [] });
const toService = (one) => ({ at: one.at, way: "bot → images", what: one.path, ok: one.status < 400,
  said: one.finished ? one.status || "cut" : "…", more: one.paid ? ["paid"] : [] });

function calls() {
  const { calls: api, deliveries, service } = store.world;
  const said = api.filter((one) => !DELIVERED.has(one.method));
  return [...said.map(fromBot), ...deliveries.map(toBot), ...service.map(toService)]
    .sort((a, b) => b.at - a.at).slice(0, SHOWN);
}

const row = (one, index) => html`<tr key=${`${one.at}${one.what}${index}`} class=${one.ok ? "" : "bad"}>
  <td>${seconds(one.at)}</td><td>${one.what}<small>${one.way}</small></td>
  <td>${one.said}${one.more.map((text) => html`<small>${text}</small>`)}</td></tr>`;

function Calls() {
  const all = calls();
  if (!all.length) return html`<p class="small">Nothing so far.</p>`;
  return html`<div class="calls" tabindex="0" role="region" aria-label="Calls"><table>
    <thead><tr><th scope="col">Time</th><th scope="col">Call</th><th scope="col">Answer</th></tr></thead>
    <tbody>${all.map(row)}</tbody></table></div>`;
}

// Kind → its words at Slack and at the image service.
const KINDS = {
  rate_limited: { slack: "429: come back later", service: "429: come back later" },
  slow: { slack: "Slow: 3 s more for each call", service: "Slow: 8 s more for each call" },
  down: { slack: "Down: 503", service: "Down: 503" },
  lost_reply: { slack: "Lose the reply to the next post", service: "Lose the next reply" },
};

// A switch stands as it was put, also while an older state of the world is still on its way here.
function Switch({ label, on, put }) {
  const [wanted, setWanted] = useState(null);
  const onChange = async (event) => {
    setWanted(event.target.checked);
    await put(event.target.checked);
    await refresh();
    setWanted(null);
  };
  return html`<label><input type="checkbox" role="switch" checked=${wanted ?? on} onChange=${onChange} /> ${label}</label>`;
}

function Switches({ side, title }) {
  const on = store.world.switches[side];
  return html`<fieldset class="switches"><legend>${title}</legend>${Object.entries(KINDS).map(([kind, words]) =>
    html`<${Switch} key=${kind} label=${words[side]} on=${on[kind]} put=${(wanted) => backstage({ side, kind, on: wanted })} />`)}</fieldset>`;
}

function BotSwitch() {
  const running = store.world.bot_running;
  if (running === null || running === undefined) return null;
  return html`<fieldset class="switches"><legend>The bot</legend>
    <p role="status">${running ? (store.world.connected ? "Running and connected" : "Starting…") : "Not running"}</p>
    ${running ? html`<button type="button" class="danger" onClick=${() => backstage({ bot: "kill" })}>Kill the bot</button>`
      : html`<button type="button" class="primary" onClick=${() => backstage({ bot: "start" })}>Start the bot</button>`}
  </fieldset>`;
}

const METHODS = ["chat.postMessage", "chat.update", "chat.delete", "chat.postEphemeral", "conversations.history",
  "files.getUploadURLExternal", "upload", "files.completeUploadExternal", "files.info", "download", "response_url",
  "views.open", "*"];
const TROUBLES = {
  rate_limited: "429, come back after … seconds",
  status: "HTTP status …",
  slow: "… seconds slower",
  lost_reply: "done, but the answer is lost",
  drop: "dropped before it is done",
  refuse: "refused with the error …",
};
const FLAGS = {
  updated_blocks_vanish: "Updated blocks lose new pictures",
  slack_file_refused_for_good: "Uploaded pictures are never accepted in blocks",
  history_unreadable: "The bot may not read any history",
};

const chosen = (values) => Object.entries(values).map(([value, label]) => html`<option value=${value}>${label}</option>`);
const inForce = (one) => html`<li>${one.method}: ${one.trouble} ${one.error || one.value} ·
  ${one.times === null ? "for ever" : `${one.times} more`}</li>`;

function Others() {
  const [wanted, setWanted] = useState({ method: "chat.postMessage", trouble: "rate_limited", value: "1", times: "1" });
  const field = (name) => ({ value: wanted[name], onInput: (event) => setWanted({ ...wanted, [name]: event.target.value }) });
  const submit = (event) => {
    event.preventDefault();
    const value = wanted.trouble === "refuse" ? { error: wanted.value } : { value: Number(wanted.value) || 0 };
    switchFault({ method: wanted.method, trouble: wanted.trouble, times: Number(wanted.times) || null, ...value });
  };
  return html`<details><summary>Other faults of Slack</summary>
    <form class="others" onSubmit=${submit}>
      <label>Method <select ...${field("method")}>${METHODS.map((one) => html`<option>${one}</option>`)}</select></label>
      <label>Trouble <select ...${field("trouble")}>${chosen(TROUBLES)}</select></label>
      <label>Value <input ...${field("value")} /></label>
      <label>Times (0: for ever) <input type="number" min="0" ...${field("times")} /></label>
      <button>Switch on</button>
    </form>
    ${Object.entries(FLAGS).map(([name, label]) => html`<${Switch} key=${name} label=${label} on=${store.world.flags[name]}
      put=${(wanted) => switchFault({ flags: { [name]: wanted } })} />`)}
    <ul>${store.world.faults.map(inForce)}</ul>
  </details>`;
}

export function Network() {
  const close = () => set({ network: false });
  return html`<section class="pane network" aria-label="Network">
    <header class="bar"><h2>Network</h2>
      <${IconButton} name="close" label="Close network" onClick=${close} /></header>
    <div class="pane-body">
      <${BotSwitch} />
      <${Switches} side="slack" title="Slack" />
      ${store.world.switches.service && html`<${Switches} side="service" title="Image service" />`}
      <button type="button" onClick=${() => backstage({ clear: true })}>All well again</button>
      <${Others} />
      <h3>Calls</h3>
      <${Calls} />
    </div>
  </section>`;
}
