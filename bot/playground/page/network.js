// Behind Slack's scenes: its calls with the bot, and every fault its methods can have.

import { Panel, Switch } from "./panel.js";
import { store, switchFault } from "./store.js";
import { html, useState } from "./vendor/preact.js";
import { said, t } from "./words.js";

// These are in the list of deliveries, failed ones too.
const DELIVERED = new Set(["slash_commands", "interactive", "events_api"]);

// Slack refuses a file in a message while it still looks at it; to who sees that first, it looks like a fault.
const STILL_LOOKING = said("Slack does this while it still looks at a new file. The bot asked again, and no picture was lost.");
const isUsual = (one) => one.error === "invalid_blocks" && one.messages.some((text) => /slack.file/i.test(text));

const fromBot = (one) => ({ at: one.at, way: "bot → Slack", what: one.method, ok: one.ok || isUsual(one),
  said: one.ok ? "ok" : one.error, more: isUsual(one) ? [t(STILL_LOOKING)] : one.messages });
const toBot = (one) => ({ at: one.at, way: "Slack → bot", what: one.what, ok: one.ok,
  said: one.ok ? `${Math.round(one.seconds * 1000)} ms` : one.error, more: [] });

function calls() {
  const made = store.world.calls.filter((one) => !DELIVERED.has(one.method));
  return [...made.map(fromBot), ...store.world.deliveries.map(toBot)];
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
  return html`<details><summary>${t("Other faults of Slack")}</summary>
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

export const Network = () => html`<${Panel} platform="Slack" side="slack" calls=${calls()}><${Others} /></${Panel}>`;
