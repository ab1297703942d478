// The side: who one is, the channels and people, and what waits to be read.

import { Icon } from "./icons.js";
import { Face } from "./message.js";
import { become, hasBot, hashOf, isAppDm, mine, nameOf, people, store, user } from "./store.js";
import { html } from "./vendor/preact.js";

// Who cannot read a name can say it.
const latin = (one) => (/[a-z]/i.test(one.real_name) ? "" : ` (${one.name})`);

function Who() {
  return html`<fieldset class="who" role="radiogroup" aria-labelledby="you-are"><legend id="you-are">You are</legend>
    <div>${people().map((one) => html`<label key=${one.id}>
      <input type="radio" name="who" value=${one.name} checked=${one.id === store.me.id} onChange=${() => become(one)} />
      <${Face} person=${one} name=${one.real_name} /><span lang=${one.locale}>${one.real_name}${latin(one)}</span></label>`)}</div>
  </fieldset>`;
}

const unreadOf = (channel) => store.world.unread?.[store.me.id]?.[channel.id] ?? 0;

function Sign({ one, other }) {
  if (one.kind === "dm") return html`<${Face} person=${other} name=${nameOf(one)} />`;
  if (one.kind === "private") return html`<${Icon} name="lock" /><span class="hidden">private channel </span>`;
  return html`<span class="sign"># </span>`;
}

function Entry({ one }) {
  const here = one.id === store.channel.id;
  const unread = here ? 0 : unreadOf(one);
  const other = one.kind === "dm" ? user(one.members.find((id) => id !== store.me.id)) : null;
  return html`<li><a href=${hashOf(store.me, one)} class=${unread ? "unread" : ""} aria-current=${here ? "page" : null}>
    <${Sign} one=${one} other=${other} />
    <span class="name">${nameOf(one)}</span>
    ${isAppDm(one) && html`<span class="badge">APP</span>`}
    ${one.kind !== "dm" && !hasBot(one) && html`<small>no bot</small>`}
    ${unread > 0 && html`<span class="count">${unread}<span class="hidden"> unread</span></span>`}</a></li>`;
}

function Entries({ id, title, all }) {
  return html`<h2 id=${id}>${title}</h2>
    <ul aria-labelledby=${id}>${all.map((one) => html`<${Entry} key=${one.id} one=${one} />`)}</ul>`;
}

function botState() {
  if (store.stopped) return ["off", "The playground has stopped"];
  if (store.world.connected) return ["on", "The bot is connected"];
  return store.world.bot_running ? ["wait", "The bot is starting…"] : ["off", "The bot is not running"];
}

export function Side() {
  const [look, said] = botState();
  const all = mine();
  return html`<nav class="side" aria-label="Channels and people">
    <header><p class="team">${store.world.team}</p><p class="state ${look}" role="status">${said}</p></header>
    <${Who} />
    <${Entries} id="channels" title="Channels" all=${all.filter((one) => one.kind !== "dm")} />
    <${Entries} id="dms" title="Direct messages" all=${all.filter((one) => one.kind === "dm")} />
    <p class="small">A pretend Slack on this machine. Nothing here leaves it, except what the bot sends to an image service.</p>
  </nav>`;
}
