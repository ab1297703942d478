// Three things to try at a first visit: a command, a reply, a region. Each is ticked when it was done.

import { fill } from "./composer.js";
import { IconButton } from "./icons.js";
import { go, hasBot, press, REGION_MARKED, remember, remembered, store } from "./store.js";
import { html, useState } from "./vendor/preact.js";
import { t } from "./words.js";

const KEY = "guide dismissed";

const pictures = (channel) => channel.messages.filter((one) => one.user === store.world.bot
  && (one.blocks ?? []).some((block) => block.type === "image" && block.slack_file));

const byMe = (one) => one.user === store.me.id;

const newest = () => store.world.channels.filter((one) => one.members.includes(store.me.id))
  .flatMap(pictures).sort((a, b) => (a.ts < b.ts ? -1 : 1)).at(-1);

function openThread() {
  const picture = newest();
  go(store.world.channels.find((one) => one.id === picture.channel), picture.thread_ts || picture.ts);
}

// The button that marks a region, wherever it stands: in a row of buttons or behind a menu.
function markRegion() {
  const picture = newest();
  for (const block of picture.blocks) {
    for (const part of block.elements ?? []) {
      if (part.action_id?.startsWith(store.about.region)) {
        press(picture, part, block, null);
        return;
      }
    }
  }
  openThread();
}

function ask() {
  const { command, usage_hint } = store.about.commands[0];
  if (!hasBot(store.channel)) go(store.world.channels.find((one) => hasBot(one) && one.kind === "public"));
  fill(`${command} ${usage_hint}`);
}

function steps() {
  const mine = store.world.channels.filter((one) => one.members.includes(store.me.id));
  const painted = mine.some((one) => pictures(one).length);
  const answered = mine.some((one) => one.messages.some((each) => byMe(each) && each.thread_ts && each.thread_ts !== each.ts));
  return [
    { label: t("Ask for a picture"), done: painted, act: ask },
    { label: t("Reply to change it"), done: answered, act: openThread, waits: !painted },
    { label: t("Mark a region"), done: remembered(REGION_MARKED, false), act: markRegion, waits: !painted },
  ];
}

export function Guide() {
  const [gone, setGone] = useState(remembered(KEY, false));
  if (gone) return null;
  const dismiss = () => { remember(KEY, true); setGone(true); };
  return html`<section class="guide" aria-label=${t("Three things to try")}>
    <p>${t("New here? Try:")}</p>
    <ol>${steps().map((one) => html`<li key=${one.label} class=${one.done ? "done" : ""}>
      <button type="button" disabled=${one.waits} onClick=${one.act}>${one.label}
        ${one.done && html`<span class="hidden"> ${t("(done)")}</span>`}</button></li>`)}</ol>
    <${IconButton} name="close" label="Dismiss the guide" onClick=${dismiss} />
  </section>`;
}
