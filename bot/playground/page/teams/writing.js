// Writing in Teams: mentions and the bot's options as one types, its forms, and the message that is answered.

import { commands, inCommand, mentions } from "../completion.js";
import { Composer } from "../composer.js";
import { Icon, IconButton } from "../icons.js";
import { set, store } from "../state.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { nameOf, wordsOf } from "./message.js";
import { app, deed, openForm, upload } from "./store.js";

const COMMAND = "/imagine ";

// What is said to the bot is a prompt with options, with its name before it or without.
function options(text) {
  const spoken = text.replace(new RegExp(`^(@${store.world.bot.name}\\s+)?(${COMMAND})?`), COMMAND);
  const more = text.length - spoken.length;
  return inCommand(spoken, { hints: store.about.hints }, store.me.locale).map((one) => ({ ...one, from: one.from + more }));
}

function look(text) {
  const { bot, people } = store.world;
  if (/^\/\S*$/.test(text) && store.channel.has_bot) {
    return commands(text, app().commands.map((one) => ({ usage_hint: "", ...one })));
  }
  const here = store.channel.has_bot && store.channel.kind !== "personal" ? [{ name: "", real_name: bot.name }] : [];
  const found = mentions(text, [...here, ...people.map((one) => ({ name: one.slug, real_name: one.name }))]);
  const toBot = store.channel.kind === "personal" || text.startsWith(`@${bot.name} `) || text.startsWith(COMMAND);
  return found.length || !toBot ? found : options(text);
}

function Quoting() {
  const one = store.channel.messages.find((each) => each.id === store.quoting);
  if (!one) return null;
  return html`<blockquote class="quoting"><span class="grow"><b>${nameOf(one)}</b> ${wordsOf(one)}</span>
    <${IconButton} name="close" label="Do not answer this message" onClick=${() => set({ quoting: "" })} /></blockquote>`;
}

export function Writing({ label, thread }) {
  const send = async ({ text, files }) => {
    const put = (pasted) => Promise.all(files.filter((file) => file.pasted === pasted).map(upload));
    const { quoting } = store;
    set({ quoting: "" });
    return deed({ do: "say", text, thread, files: await put(true), uploads: await put(false), quoting: thread ? "" : quoting });
  };
  const { title } = app().forms.imagine;
  const form = store.channel.has_bot && html`<button type="button" class="icon-button" aria-label=${title} title=${title}
    onClick=${() => openForm("imagine", { thread })}><${Icon} name="bolt" /></button>`;
  const hint = !store.channel.has_bot ? t("The app is not installed here.")
    : store.channel.kind === "personal" ? t("Shift+Enter makes a new line") : t("The bot hears {name}", { name: `@${store.world.bot.name}` });
  return html`<${Composer} label=${label} thread=${thread} send=${send} look=${look} tools=${form}
    before=${!thread && html`<${Quoting} />`} note=${html`<small class="grow">${hint}</small>`}
    complains=${!store.dialog && (Boolean(thread) || !store.thread)} />`;
}
