// The side: who one is, the channels and people, and what waits to be read.

import { Face } from "./face.js";
import { Icon } from "./icons.js";
import { become, hasBot, hashOf, isAppDm, mine, nameOf, people, store, user } from "./store.js";
import { html } from "./vendor/preact.js";
import { Head, Who } from "./who.js";
import { t } from "./words.js";

const unreadOf = (channel) => store.world.unread?.[store.me.id]?.[channel.id] ?? 0;

function Sign({ one, other }) {
  if (one.kind === "dm") return html`<${Face} bot=${other?.is_bot} name=${nameOf(one)} />`;
  if (one.kind === "private") return html`<${Icon} name="lock" /><span class="hidden">${t("private channel")} </span>`;
  return html`<span class="sign"># </span>`;
}

function Entry({ one }) {
  const here = one.id === store.channel.id;
  const unread = here ? 0 : unreadOf(one);
  const other = one.kind === "dm" ? user(one.members.find((id) => id !== store.me.id)) : null;
  return html`<li><a href=${hashOf(store.me, one)} class=${unread ? "unread" : ""} aria-current=${here ? "page" : null}>
    <${Sign} one=${one} other=${other} />
    <span class="name">${nameOf(one)}</span>
    ${isAppDm(one) && html`<span class="badge">${t("APP")}</span>`}
    ${one.kind !== "dm" && !hasBot(one) && html`<small>${t("no bot")}</small>`}
    ${unread > 0 && html`<span class="count">${unread}<span class="hidden"> ${t("unread")}</span></span>`}</a></li>`;
}

function Entries({ id, title, all }) {
  return html`<h2 id=${id}>${title}</h2>
    <ul aria-labelledby=${id}>${all.map((one) => html`<${Entry} key=${one.id} one=${one} />`)}</ul>`;
}

export function Side() {
  const all = mine();
  const known = people().map(({ id, name, real_name, locale }) => ({ id, short: name, name: real_name, locale }));
  return html`<nav class="side" aria-label=${t("Channels and people")}>
    <${Head} platform="Slack" team=${store.world.team} />
    <${Who} all=${known} become=${(id) => become(user(id))} />
    <${Entries} id="channels" title=${t("Channels")} all=${all.filter((one) => one.kind !== "dm")} />
    <${Entries} id="dms" title=${t("Direct messages")} all=${all.filter((one) => one.kind === "dm")} />
    <p class="small">${t("A pretend Slack on this machine. Nothing here leaves it, except what the bot sends to an image service.")}</p>
  </nav>`;
}
