// The head of the side, the same in both tabs: the other tab, how the bot is, and who one is.

import { Face } from "./face.js";
import { store } from "./state.js";
import { html } from "./vendor/preact.js";
import { t } from "./words.js";

// Who cannot read a name can say it.
const latin = (name, short) => (/[a-z]/i.test(name) ? "" : ` (${short})`);

function botState() {
  if (store.stopped) return ["off", t("The playground has stopped")];
  if (store.world.connected && store.world.bot_running !== false) return ["on", t("The bot is connected")];
  return store.world.bot_running ? ["wait", t("The bot is starting…")] : ["off", t("The bot is not running")];
}

const PLATFORMS = { Slack: "/", Teams: "/teams.html" };

export function Head({ platform, team }) {
  const [look, said] = botState();
  return html`<header>
    <ul class="platforms" aria-label=${t("Where to try the bot")}>${Object.entries(PLATFORMS).map(([name, path]) =>
      html`<li key=${name}><a href=${path} aria-current=${name === platform ? "true" : null}>${name}</a></li>`)}</ul>
    <p class="team">${team}</p><p class="state ${look}" role="status">${said}</p></header>`;
}

// all: [{id, short, name, locale}]
export function Who({ all, become }) {
  return html`<fieldset class="who" role="radiogroup" aria-labelledby="you-are"><legend id="you-are">${t("You are")}</legend>
    <div>${all.map((one) => html`<label key=${one.id}>
      <input type="radio" name="who" value=${one.short} checked=${one.id === store.me.id} onChange=${() => become(one.id)} />
      <${Face} name=${one.name} /><span lang=${one.locale}>${one.name}${latin(one.name, one.short)}</span></label>`)}</div>
  </fieldset>`;
}
