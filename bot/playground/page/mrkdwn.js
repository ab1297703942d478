// Slack's mrkdwn and rich text as nodes. Words of people and of the bot become text, never markup.

import { EMOJI } from "./emoji.js";
import { store, user } from "./store.js";
import { html } from "./vendor/preact.js";

const MARKS = new RegExp([
  "```([\\s\\S]+?)```",
  "`([^`\\n]+)`",
  "<([^<>|]+)(?:\\|([^<>]*))?>",
  "(?<![\\w*])\\*(?!\\s)([^*\\n]+?)(?<!\\s)\\*(?![\\w*])",
  "(?<![\\w_])_(?!\\s)([^_\\n]+?)(?<!\\s)_(?![\\w_])",
  "(?<![\\w~])~(?!\\s)([^~\\n]+?)(?<!\\s)~(?![\\w~])",
].join("|"), "g");

export const plain = (text) => text
  .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
  .replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

function link(url, label) {
  const address = plain(url);
  if (!/^(https?|mailto):/.test(address)) return plain(label || url);
  return html`<a href=${address} target="_blank" rel="noopener noreferrer">${plain(label || url)}</a>`;
}

const mention = (text) => html`<span class="mention">${text}</span>`;

function angled(inside, label) {
  const id = inside.slice(1);
  if (inside.startsWith("@")) return mention(`@${user(id)?.real_name ?? label ?? id}`);
  if (inside.startsWith("#")) {
    return mention(`#${label || store.world.channels.find((one) => one.id === id)?.name || id}`);
  }
  if (inside.startsWith("!")) return mention(plain(label ?? `@${id}`));
  return link(inside, label);
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    nodes.push(plain(text.slice(from, match.index)));
    const [, block, code, inside, label, bold, italic, struck] = match;
    if (block) nodes.push(html`<pre>${plain(block.replace(/^\n/, ""))}</pre>`);
    else if (code) nodes.push(html`<code>${plain(code)}</code>`);
    else if (inside) nodes.push(angled(inside, label));
    else if (bold) nodes.push(html`<strong>${inline(bold)}</strong>`);
    else if (italic) nodes.push(html`<em>${inline(italic)}</em>`);
    else nodes.push(html`<s>${inline(struck)}</s>`);
    from = match.index + match[0].length;
  }
  nodes.push(plain(text.slice(from)));
  return nodes;
}

const QUOTED = /^(&gt;|>) ?/gm;

export function mrkdwn(text) {
  return text.split(/((?:^(?:&gt;|>).*(?:\n|$))+)/m).filter(Boolean).map((part) =>
    (/^(&gt;|>)/.test(part)
      ? html`<blockquote>${inline(part.replace(QUOTED, "").replace(/\n$/, ""))}</blockquote>` : inline(part)));
}

// A text object of Block Kit.
export function words(object) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plain(object.text);
}

function styled(part) {
  const style = part.style ?? {};
  let node = part.text;
  if (style.code) node = html`<code>${node}</code>`;
  if (style.bold) node = html`<strong>${node}</strong>`;
  if (style.italic) node = html`<em>${node}</em>`;
  if (style.strike) node = html`<s>${node}</s>`;
  return node;
}

export function rich(part) {
  const inside = () => (part.elements ?? []).map(rich);
  switch (part.type) {
    case "text": return styled(part);
    case "link": return link(part.url, part.text);
    case "user": return angled(`@${part.user_id}`);
    case "channel": return angled(`#${part.channel_id}`);
    case "emoji": return EMOJI[part.name] ?? `:${part.name}:`;
    case "rich_text_preformatted": return html`<pre tabindex="0">${inside()}</pre>`;
    case "rich_text_quote": return html`<blockquote>${inside()}</blockquote>`;
    case "rich_text_list": {
      const items = (part.elements ?? []).map((one) => html`<li>${rich(one)}</li>`);
      return part.style === "ordered" ? html`<ol class="list">${items}</ol>` : html`<ul class="list">${items}</ul>`;
    }
    default: return html`<div>${inside()}</div>`;
  }
}

export const size = (bytes) => (bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`);
