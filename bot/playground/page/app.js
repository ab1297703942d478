// The page: asks for the state whenever the stand-in says that something changed, and draws it.

import { block as drawBlock, el, mrkdwn, size, words } from "./blocks.js";
import { drawForm } from "./form.js";

const $ = (selector) => document.querySelector(selector);
let state = null;
let me = "";
let here = "";
const drawn = new Map();
const answering = new Set();

// -- talking to the stand-in --------------------------------------------------------------------

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body) });
  return answer.json();
}

async function deed(wanted) {
  complain("");
  const said = await post("/playground/do", { user: me, ...wanted }).catch(() => ({ ok: false, error: "the playground has stopped" }));
  if (!said.ok && !["command", "submit"].includes(wanted.do)) complain(said.error);
  if (!said.ok && said.seconds === undefined) complain(said.error);
  return said;
}

async function upload(file) {
  const query = new URLSearchParams({ user: me, name: file.name });
  const answer = await fetch(`/playground/upload?${query}`, { method: "POST", body: file });
  return (await answer.json()).file;
}

let asking = false;
let again = false;
async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    state = await (await fetch("/playground/state")).json();
    draw();
  } finally {
    asking = false;
    if (again) { again = false; refresh(); }
  }
}

function listen() {
  const stream = new EventSource("/playground/events");
  stream.onmessage = refresh;
  stream.onerror = () => { $("#connection").textContent = "The playground has stopped."; };
}

function complain(text) {
  $("#said").textContent = text ? `That did not work: ${text}` : "";
  $("#said").hidden = !text;
}

// -- drawing ----------------------------------------------------------------------------------------

const user = (id) => state.users.find((one) => one.id === id);
const channel = () => state.channels.find((one) => one.id === here);
const mine = () => state.channels.filter((one) => one.members.includes(me));
const withBot = (one) => one.members.includes(state.bot);

function nameOf(one) {
  if (one.kind !== "dm") return one.name;
  return user(one.members.find((id) => id !== me)).real_name;
}

function draw() {
  settle();
  drawSide();
  drawMessages();
  drawForm(state.views.filter((view) => view.user === me).at(-1), { state, deed, upload });
  drawBehind();
}

function settle() {
  const [wantedUser, wantedChannel] = decodeURIComponent(location.hash.slice(1)).split("/");
  const named = state.users.filter((one) => !one.is_bot);
  me = (named.find((one) => one.name === wantedUser) ?? named[0]).id;
  const place = mine().find((one) => one.name === wantedChannel) ?? mine()[0];
  if (here !== place.id) { drawn.clear(); $("#messages").replaceChildren(); atEnd = true; }
  here = place.id;
}

function go(name, place) {
  location.hash = `${name}/${place}`;
  document.body.classList.remove("menu");
}

function drawSide() {
  $("#team").textContent = state.team;
  $("#connection").textContent = state.connected ? "The bot is connected." : "The bot is not connected.";
  $("#connection").className = state.connected ? "on" : "off";
  $("#who").replaceChildren(...state.users.filter((one) => !one.is_bot).map((one) =>
    el("option", { value: one.name, selected: one.id === me }, `${one.real_name}${one.locale === "en-US" ? "" : ` · ${one.locale}`}`)));
  const entry = (one) => el("li", {}, el("a", { href: `#${user(me).name}/${one.name}`,
    "aria-current": one.id === here ? "page" : null, onclick: () => document.body.classList.remove("menu") },
    `${{ public: "#", private: "🔒", dm: "●" }[one.kind]} ${nameOf(one)}`,
    withBot(one) || one.kind === "dm" ? null : el("small", {}, "without the bot")));
  $("#channels").replaceChildren(...mine().filter((one) => one.kind !== "dm").map(entry));
  $("#dms").replaceChildren(...mine().filter((one) => one.kind === "dm").map(entry));
  const place = channel();
  $("#title").textContent = (place.kind === "dm" ? "" : "# ") + nameOf(place);
  $("#words").placeholder = place.kind === "dm" && withBot(place)
    ? "Write what you would like to see" : "/imagine a red fox reading a newspaper --ar 16:9";
}

function drawMessages() {
  const place = channel();
  const seen = [...place.messages, ...place.ephemerals.filter((one) => one.seen_by === me)]
    .sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const isReply = (one) => one.thread_ts && one.thread_ts !== one.ts;
  const list = $("#messages");
  const roots = seen.filter((one) => !isReply(one) || !seen.some((root) => root.ts === one.thread_ts));
  const items = roots.map((root) => thread(root, seen.filter((one) => isReply(one) && one.thread_ts === root.ts)));
  const empty = el("li", { class: "empty" }, "Nothing here yet. Try ", el("code", {}, "/imagine a lighthouse in a storm"), ".");
  reconcile(list, items.length ? items : [empty]);
  stay();
}

// Who is at the end of the conversation stays there, also when a picture takes its room later.
let atEnd = true;
const stay = () => { if (atEnd) $("#messages").scrollTop = $("#messages").scrollHeight; };
$("#messages").addEventListener("scroll", (event) => {
  const list = event.target;
  atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
});
$("#messages").addEventListener("load", stay, true);

// Unchanged messages keep their node: pictures do not flicker and nobody loses the focus.
function reconcile(list, items) {
  items.forEach((item, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  while (list.children.length > items.length) list.lastElementChild.remove();
}

function thread(root, replies) {
  const mark = JSON.stringify([root, replies, me, [root, ...replies].map(filesState), answering.has(root.ts)]);
  const kept = drawn.get(root.ts);
  if (kept?.mark === mark) return kept.node;
  const node = el("li", {}, message(root, true),
    replies.length || answering.has(root.ts)
      ? el("ol", { class: "thread" }, ...replies.map((one) => el("li", {}, message(one, false))),
        answering.has(root.ts) ? el("li", {}, replyBox(root)) : null)
      : null);
  drawn.set(root.ts, { mark, node });
  return node;
}

function filesState(one) {
  const ids = JSON.stringify(one.blocks ?? []).match(/F[A-Z0-9]{8,}/g) ?? [];
  return [...ids, ...one.files].map((id) => state.files[id]?.deleted);
}

function message(one, root) {
  const author = user(one.user);
  const name = author?.real_name ?? "Slackbot";
  const view = { state, act: (part, block, value) => press(one, part, block, value) };
  const face = el("span", { class: `face ${author?.is_bot ? "bot" : ""}`, "aria-hidden": "true" }, author?.is_bot ? "🎨" : name[0]);
  if (!author?.is_bot) face.style.background = hue(name);
  const body = one.blocks?.length && !one.client_msg_id
    ? one.blocks.map((block) => drawBlock(block, view)) : [el("div", { class: "section" }, mrkdwn(one.text, state))];
  return el("article", { class: `message ${one.seen_by ? "whisper" : ""} ${one.subtype === "tombstone" ? "gone" : ""}` },
    face,
    el("div", { class: "grow" },
      one.seen_by ? el("p", { class: "small" }, "👁 Only visible to you") : null,
      el("p", { class: "byline" }, el("b", {}, name), author?.is_bot ? el("span", { class: "badge" }, "APP") : null,
        el("time", {}, new Date(one.ts * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
        one.edited ? el("span", { class: "small" }, "(edited)") : null,
        root && !one.seen_by ? el("button", { type: "button", class: "reply", onclick: () => answer(one) }, "Reply") : null),
      ...body, ...one.files.map(attachment)));
}

function attachment(id) {
  const file = state.files[id];
  if (!file || file.deleted) return el("p", { class: "gone" }, "This file was deleted.");
  const url = `/playground/files/${id}`;
  return el("figure", {},
    file.media_type.startsWith("image/") ? el("img", { src: url, alt: file.alt || file.name, class: "big" }) : null,
    el("a", { href: url, download: file.name, class: "download" }, `⬇ ${file.name} (${size(file.size)})`));
}

function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return `hsl(${sum} 45% 45%)`;
}

function answer(root) {
  answering.add(root.ts);
  drawMessages();
  drawn.get(root.ts).node.querySelector("textarea").focus();
}

function replyBox(root) {
  const box = el("textarea", { rows: 1, "aria-label": "Reply in the thread", placeholder: "Reply…" });
  const send = () => { answering.delete(root.ts); deed({ do: "say", channel: here, text: box.value, thread: root.ts }); };
  onEnter(box, send);
  return box;
}

async function press(one, part, block, value) {
  if (part.type === "button" && part.url) { window.open(part.url, "_blank", "noopener"); return; }
  if (part.confirm && !(await sure(part.confirm))) return;
  deed({ do: "press", message: one.ts, action_id: part.action_id, block_id: block.block_id, value });
}

function sure(confirm) {
  const dialog = $("#confirm");
  return new Promise((resolve) => {
    const done = (yes) => () => { dialog.close(); resolve(yes); };
    dialog.oncancel = () => resolve(false);
    dialog.replaceChildren(el("h2", {}, words(confirm.title, state)), el("p", {}, words(confirm.text, state)),
      el("footer", {}, el("button", { onclick: done(false) }, words(confirm.deny, state)),
        el("button", { class: confirm.style ?? "primary", onclick: done(true) }, words(confirm.confirm, state))));
    dialog.showModal();
  });
}

function drawBehind() {
  const bad = state.refusals;
  $("#refused").textContent = bad.length;
  $("#refused").hidden = !bad.length;
  $("#refusals").replaceChildren(...(bad.length ? bad.toReversed().map((call) => el("li", {},
    el("b", {}, call.method), ` ${call.error}`, ...call.messages.map((text) => el("small", {}, text)))) :
    [el("li", { class: "small" }, "Nothing so far.")]));
  $("#on").replaceChildren(...state.faults.map((fault) => el("li", {},
    `${fault.method}: ${fault.trouble} ${fault.error || fault.value} · ${fault.times === null ? "for ever" : `${fault.times} more`}`)));
  for (const box of $("#flags").querySelectorAll("input")) box.checked = state.flags[box.name];
}

// -- what a visitor does ------------------------------------------------------------------------------

function onEnter(box, send) {
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  });
}

function send() {
  const text = $("#words").value;
  if (!text.trim()) return;
  $("#words").value = "";
  const command = text.match(/^(\/\S+)\s?([\s\S]*)$/);
  if (command) deed({ do: "command", channel: here, name: command[1], text: command[2] });
  else deed({ do: "say", channel: here, text });
}

onEnter($("#words"), send);
$("#composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
$("#shortcut").addEventListener("click", () => deed({ do: "shortcut", callback_id: "imagine_form" }));
$("#who").addEventListener("change", (event) => go(event.target.value, channel().name));
$("#menu").addEventListener("click", () => document.body.classList.toggle("menu"));
for (const button of [$("#trouble"), $("#hide")]) {
  button.addEventListener("click", () => { $("#behind").hidden = !$("#behind").hidden; });
}
$("#clear").addEventListener("click", () => post("/playground/faults", { clear: true }));
$("#flags").addEventListener("change", (event) =>
  post("/playground/faults", { flags: { [event.target.name]: event.target.checked } }));
$("#faults").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = Object.fromEntries(new FormData(event.target));
  const times = Number(wanted.times) || null;
  const value = wanted.trouble === "refuse" ? { error: wanted.value } : { value: Number(wanted.value) || 0 };
  post("/playground/faults", { method: wanted.method, trouble: wanted.trouble, times, ...value });
});
window.addEventListener("hashchange", draw);

listen();
refresh();
