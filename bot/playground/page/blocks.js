// Block Kit as DOM. Words of people and of the bot become text nodes, never markup.

const EMOJI = {
  art: "🎨", sparkles: "✨", hourglass: "⌛", hourglass_flowing_sand: "⏳", white_check_mark: "✅", x: "❌",
  warning: "⚠️", frame_with_picture: "🖼️", arrows_counterclockwise: "🔄", wastebasket: "🗑️", lock: "🔒",
  clock1: "🕐", eyes: "👀", tada: "🎉", no_entry: "⛔", no_entry_sign: "🚫", repeat: "🔁", pencil2: "✏️",
  information_source: "ℹ️", rainbow: "🌈", wave: "👋", point_down: "👇", game_die: "🎲", money_with_wings: "💸",
};

const MARKS = new RegExp([
  "```([\\s\\S]+?)```",
  "`([^`\\n]+)`",
  "<([^<>|]+)(?:\\|([^<>]*))?>",
  "(?<![\\w*])\\*(?!\\s)([^*\\n]+?)(?<!\\s)\\*(?![\\w*])",
  "(?<![\\w_])_(?!\\s)([^_\\n]+?)(?<!\\s)_(?![\\w_])",
  "(?<![\\w~])~(?!\\s)([^~\\n]+?)(?<!\\s)~(?![\\w~])",
].join("|"), "g");

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

const plain = (text) => text
  .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
  .replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

function link(url, label) {
  const safe = /^(https?|mailto):/.test(url);
  return safe ? el("a", { href: plain(url), target: "_blank", rel: "noopener noreferrer" }, plain(label || url))
    : document.createTextNode(plain(label || url));
}

function angled(inside, label, state) {
  if (inside.startsWith("@")) {
    const user = state.users.find((one) => one.id === inside.slice(1));
    return el("span", { class: "mention" }, `@${user?.real_name ?? label ?? inside.slice(1)}`);
  }
  if (inside.startsWith("#")) return el("span", { class: "mention" }, `#${label ?? inside.slice(1)}`);
  if (inside.startsWith("!")) return el("span", { class: "mention" }, plain(label ?? `@${inside.slice(1)}`));
  return link(inside, label);
}

function inline(text, state) {
  const made = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    made.append(plain(text.slice(from, match.index)));
    const [, block, code, inside, label, bold, italic, struck] = match;
    if (block) made.append(el("pre", {}, plain(block.replace(/^\n/, ""))));
    else if (code) made.append(el("code", {}, plain(code)));
    else if (inside) made.append(angled(inside, label, state));
    else if (bold) made.append(el("strong", {}, inline(bold, state)));
    else if (italic) made.append(el("em", {}, inline(italic, state)));
    else made.append(el("s", {}, inline(struck, state)));
    from = match.index + match[0].length;
  }
  made.append(plain(text.slice(from)));
  return made;
}

export function mrkdwn(text, state) {
  const made = document.createDocumentFragment();
  for (const part of text.split(/((?:^(?:&gt;|>).*(?:\n|$))+)/m)) {
    if (!part) continue;
    if (/^(&gt;|>)/.test(part)) {
      const quoted = part.replace(/^(&gt;|>) ?/gm, "").replace(/\n$/, "");
      made.append(el("blockquote", {}, inline(quoted, state)));
    } else made.append(inline(part, state));
  }
  return made;
}

export function words(object, state) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text, state) : plain(object.text);
}

function picture(block, state, className) {
  const id = block.slack_file?.id ?? block.slack_file?.url?.match(/-(F[A-Z0-9]+)/)?.[1];
  const file = id && state.files[id];
  if (id && (!file || file.deleted)) return el("p", { class: "gone" }, "This file was deleted.");
  const url = id ? `/playground/files/${id}` : block.image_url;
  const image = el("img", { src: url, alt: block.alt_text, class: className, loading: "lazy" });
  if (className === "tiny") return image;
  return el("figure", {},
    block.title ? el("figcaption", {}, words(block.title, state)) : null,
    el("a", { href: url, target: "_blank", rel: "noopener" }, image),
    id ? el("a", { href: url, download: file.name, class: "download" }, `⬇ ${file.name} (${size(file.size)})`) : null);
}

export const size = (bytes) => (bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`);

function element(part, block, view) {
  if (part.type === "image") return picture(part, view.state, "tiny");
  if (part.type === "button") {
    return el("button", { type: "button", class: part.style, "aria-label": part.accessibility_label,
      onclick: () => view.act(part, block, null) }, words(part.text, view.state));
  }
  const options = part.options ?? (part.option_groups ?? []).flatMap((group) => group.options);
  if (!options.length) return el("span", { class: "gone" }, `[${part.type}]`);
  return el("select", { "aria-label": part.placeholder?.text ?? "Choose",
    onchange: (event) => view.act(part, block, event.target.value) },
    el("option", { value: "" }, part.placeholder?.text ?? (part.type === "overflow" ? "⋯" : "Choose…")),
    ...options.map((one) => el("option", { value: one.value,
      selected: one.value === part.initial_option?.value }, words(one.text, view.state))));
}

function rich(part, state) {
  if (part.type === "text") {
    let node = document.createTextNode(part.text);
    for (const [style, tag] of [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["code", "code"]]) {
      if (part.style?.[style]) node = el(tag, {}, node);
    }
    return node;
  }
  if (part.type === "link") return link(part.url, part.text);
  if (part.type === "user") return angled(`@${part.user_id}`, null, state);
  if (part.type === "emoji") return document.createTextNode(EMOJI[part.name] ?? `:${part.name}:`);
  const inside = (part.elements ?? []).map((one) => rich(one, state));
  if (part.type === "rich_text_preformatted") return el("pre", {}, ...inside);
  if (part.type === "rich_text_quote") return el("blockquote", {}, ...inside);
  if (part.type === "rich_text_list") {
    return el(part.style === "ordered" ? "ol" : "ul", {}, ...inside.map((one) => el("li", {}, one)));
  }
  return el("div", {}, ...inside);
}

// view: {state, act(element, block, value)}
export function block(one, view) {
  const { state } = view;
  switch (one.type) {
    case "section":
      return el("div", { class: "section" },
        el("div", { class: "grow" }, words(one.text, state),
          one.fields ? el("div", { class: "fields" },
            ...one.fields.map((field) => el("div", {}, words(field, state)))) : null),
        one.accessory ? element(one.accessory, one, view) : null);
    case "header":
      return el("h3", {}, words(one.text, state));
    case "context":
      return el("div", { class: "context" }, ...one.elements.map((part) =>
        (part.type === "image" ? picture(part, state, "tiny") : el("span", {}, words(part, state)))));
    case "actions":
      return el("div", { class: "actions" }, ...one.elements.map((part) => element(part, one, view)));
    case "image":
      return picture(one, state, "big");
    case "divider":
      return el("hr");
    case "rich_text":
      return el("div", {}, ...one.elements.map((part) => rich(part, state)));
    case "markdown":
      return el("div", { class: "section" }, one.text);
    default:
      return el("p", { class: "gone" }, `[${one.type} block]`);
  }
}
