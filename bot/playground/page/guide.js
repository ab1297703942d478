// Three things to try at a first visit: a command, a reply, a region. Each is ticked when it was done.

import { fill } from "./composer.js";
import { Icon } from "./icons.js";
import { go, hasBot, remember, remembered, store } from "./store.js";
import { html, useState } from "./vendor/preact.js";

const KEY = "guide dismissed";
const EXAMPLE = "/imagine a red fox reading a newspaper --ar 16:9";

const pictures = (channel) => channel.messages.filter((one) => one.user === store.world.bot
  && (one.blocks ?? []).some((block) => block.type === "image" && block.slack_file));

const byMe = (one) => one.user === store.me.id;

function openPicture() {
  const channel = store.world.channels.find((one) => one.members.includes(store.me.id) && hasBot(one) && pictures(one).length);
  if (channel) go(channel, pictures(channel).at(-1).thread_ts || pictures(channel).at(-1).ts);
}

function steps() {
  const mine = store.world.channels.filter((one) => one.members.includes(store.me.id));
  const painted = mine.some((one) => pictures(one).length);
  const answered = mine.some((one) => one.messages.some((each) => byMe(each) && each.thread_ts && each.thread_ts !== each.ts));
  return [
    { label: "Ask for a picture", done: painted, act: () => { go(store.world.channels.find((one) => hasBot(one) && one.kind === "public")); fill(EXAMPLE); } },
    { label: "Reply to change it", done: answered, act: openPicture, waits: !painted },
    { label: "Mark a region", done: remembered("guide region", false), act: openPicture, waits: !painted },
  ];
}

export function Guide() {
  const [gone, setGone] = useState(remembered(KEY, false));
  if (gone) return null;
  const dismiss = () => { remember(KEY, true); setGone(true); };
  return html`<section class="guide" aria-label="Three things to try">
    <p>New here? Try:</p>
    <ol>${steps().map((one) => html`<li key=${one.label} class=${one.done ? "done" : ""}>
      <button type="button" disabled=${one.waits} onClick=${one.act}>${one.label}${one.done && html`<span class="hidden"> (done)</span>`}</button></li>`)}</ol>
    <button type="button" class="icon-button" aria-label="Dismiss the guide" title="Dismiss" onClick=${dismiss}><${Icon} name="close" /></button>
  </section>`;
}
