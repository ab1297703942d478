// An Adaptive Card, drawn by Microsoft's library in the page's colours.

import { showPicture } from "../dialogs.js";
import { AdaptiveCard, ExecuteAction, HostConfig, OpenUrlAction, SubmitAction } from "../vendor/adaptivecards.js";
import { html, useLayoutEffect, useRef } from "../vendor/preact.js";

const ink = (colour, subtle = "var(--dim)") => ({ default: colour, subtle });
const COLOURS = {
  default: ink("var(--ink)"), dark: ink("var(--ink)"), light: ink("var(--dim)"), accent: ink("var(--link)", "var(--link)"),
  good: ink("var(--go)", "var(--go)"), warning: ink("var(--warn-ink)", "var(--warn-ink)"), attention: ink("var(--stop)", "var(--stop)"),
};
const FONT = { fontFamily: "inherit", fontSizes: { small: 12, default: 14, medium: 16, large: 20, extraLarge: 26 } };

// As Teams has them: six buttons in sight.
const HOST = new HostConfig({
  fontFamily: "inherit",
  fontTypes: { default: FONT, monospace: { ...FONT, fontFamily: "ui-monospace, monospace" } },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  containerStyles: { default: { backgroundColor: "transparent", foregroundColors: COLOURS },
    emphasis: { backgroundColor: "var(--shade)", foregroundColors: COLOURS } },
  actions: { maxActions: 6, buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left", spacing: "default" },
  inputs: { label: { inputSpacing: "small", requiredInputs: { suffix: " *", suffixColor: "attention" } }, errorMessage: { color: "attention" } },
});

const LINK = /\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

// The little markdown that Teams reads in a TextBlock. Everything is escaped first: only these marks become markup.
AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = text.replace(/[&<>"']/g, (sign) => ESCAPES[sign])
    .replace(LINK, '<a href="$2">$1</a>').replace(/\*\*([^*]+)\*\*/g, "<b>$1</b>").replace(/(?<!\w)_([^_]+)_(?!\w)/g, "<i>$1</i>")
    .replaceAll("\n", "<br>");
  result.didProcess = true;
};

const proxied = (url) => `/playground/image?${new URLSearchParams({ url })}`;

// The page may only load from its own server, which fetches the bot's pictures for it as Teams' does.
function withOurPictures(part) {
  if (Array.isArray(part)) return part.map(withOurPictures);
  if (!part || typeof part !== "object") return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, name === "data" ? value : withOurPictures(value)]));
  return copy.type === "Image" ? { ...copy, url: proxied(copy.url) } : copy;
}

function open(action) {
  const picture = action.parent;
  if (picture?.getJsonTypeName() !== "Image") {
    window.open(action.url, "_blank", "noopener,noreferrer");
    return;
  }
  const url = proxied(action.url);
  showPicture({ url, drawn: url, alt: picture.altText ?? "", name: "picture.png" });
}

// act(action) is given what a button sends, with what was entered beside it.
export function Card({ card, act, label }) {
  const box = useRef(null);
  const newest = useRef(act);
  newest.current = act;
  useLayoutEffect(() => {
    const drawn = new AdaptiveCard();
    drawn.hostConfig = HOST;
    drawn.onExecuteAction = (action) => {
      if (action instanceof OpenUrlAction) open(action);
      else if (action instanceof SubmitAction || action instanceof ExecuteAction) {
        newest.current({ type: action.getJsonTypeName(), verb: action.verb, data: action.data ?? {} });
      }
    };
    // The library tells a screen reader of what it unfolds by an attribute that belongs to buttons.
    drawn.onElementVisibilityChanged = (one) =>
      queueMicrotask(() => one.renderedElement?.removeAttribute("aria-expanded"));
    drawn.parse(withOurPictures(card));
    const made = drawn.render();
    if (made) box.current.replaceChildren(made);
  }, [JSON.stringify(card)]);
  return html`<div class="card" ref=${box} role="group" aria-label=${label}></div>`;
}
