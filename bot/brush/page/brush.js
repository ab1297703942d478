// The page's hands: pointers, keys and buttons become strokes and views; Run sends what is painted.

import { Mask } from "./mask.js";
import { View } from "./view.js";

const part = (id) => document.getElementById(id);
const page = part("page"), stage = part("stage"), ring = part("ring"), size = part("size"), status = part("status");
const words = page.dataset;
const here = location.pathname;
const STEP = 1.25; // one press of a zoom button
const SOON = 120; // seconds before the end

const view = new View(stage, part("sheet"));
const mask = new Mask(part("mask"), changed);
const pointers = new Map();
let pinch = null, panning = null, cursor = null, isLocked = false, isSent = false;

const tool = () => document.querySelector("[name=tool]:checked").value;
// The width of a stroke in the picture: the slider is in percent of its shorter side.
const width = () => Math.max(2, (size.value * Math.min(view.width, view.height)) / 100);

function say(text, isWrong = false) {
  status.textContent = text;
  status.classList.toggle("wrong", isWrong);
}

function changed() {
  part("undo").disabled = !mask.acts.length;
  part("redo").disabled = !mask.undone.length;
  const share = mask.share() * 100;
  part("clear").disabled = !share;
  say(share ? words.share.replace("{share}", share < 1 ? "< 1" : Math.round(share)) : words.nothing);
}

// -- what is seen of the brush

function showRing() {
  if (isSent) return; // the stage is gone, and the mouse leaves it
  const shows = cursor && tool() !== "move";
  ring.hidden = !shows;
  stage.classList.toggle("moves", tool() === "move");
  if (!shows) return;
  const at = view.onStage(cursor), wide = tool() === "lasso" ? 0 : width() * view.scale;
  const side = Math.max(wide, 6);
  Object.assign(ring.style, { width: `${side}px`, height: `${side}px`,
    transform: `translate(${at.x - side / 2}px, ${at.y - side / 2}px)` });
  ring.classList.toggle("down", Boolean(mask.open));
}
view.moved = showRing;

function showLine() {
  const points = mask.open?.kind === "lasso" ? mask.open.points.map((one) => `${one.x},${one.y}`).join(" ") : "";
  for (const line of part("line").children) line.setAttribute("points", points);
}

// -- strokes

function begin(at) {
  cursor = at;
  mask.begin(tool(), at, width());
  showLine();
  showRing();
}

function extend(at) {
  cursor = at;
  if (mask.open) mask.extend(at);
  showLine();
  showRing();
}

function end() {
  isLocked = false;
  if (mask.open) mask.end();
  showLine();
  showRing();
}

// -- pointers: one paints, two move and zoom

function between() {
  const [one, other] = pointers.values();
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, far: Math.hypot(one.x - other.x, one.y - other.y) };
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button > 1 || isSent) return;
  event.preventDefault();
  stage.focus({ preventScroll: true, focusVisible: false });
  stage.setPointerCapture(event.pointerId);
  const at = view.place(event);
  pointers.set(event.pointerId, at);
  if (pointers.size === 2) {
    mask.drop();
    showLine();
    panning = null;
    pinch = between();
  } else if (pointers.size === 1) {
    end(); // a stroke of the keyboard's
    if (tool() === "move" || event.button === 1) panning = at;
    else begin(view.inPicture(at));
  }
});

stage.addEventListener("pointermove", (event) => {
  const at = view.place(event);
  if (!pointers.has(event.pointerId)) {
    if (mask.open || event.pointerType === "touch") return; // a stroke of the keyboard's goes its own way
    cursor = view.inPicture(at);
    showRing();
    return;
  }
  pointers.set(event.pointerId, at);
  if (pinch && pointers.size === 2) {
    const now = between();
    view.pan(now.x - pinch.x, now.y - pinch.y);
    view.zoom(now.far / (pinch.far || 1), now);
    pinch = now;
  } else if (panning) {
    view.pan(at.x - panning.x, at.y - panning.y);
    panning = at;
  } else if (mask.open) {
    for (const one of event.getCoalescedEvents?.() ?? []) extend(view.inPicture(view.place(one)));
    extend(view.inPicture(at));
  }
});

function lifted(event) {
  if (!pointers.delete(event.pointerId)) return;
  if (pointers.size === 0) {
    const stroke = !pinch && !panning && mask.open;
    pinch = panning = null;
    if (stroke) end();
    if (event.pointerType === "touch") { cursor = null; showRing(); }
  }
}
stage.addEventListener("pointerup", lifted);
stage.addEventListener("pointercancel", (event) => { if (mask.open) mask.drop(); showLine(); lifted(event); });
stage.addEventListener("pointerleave", () => { if (!mask.open) { cursor = null; showRing(); } });
stage.addEventListener("contextmenu", (event) => event.preventDefault());
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  view.zoom(Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400)), view.place(event));
}, { passive: false });

// -- keys

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const TOOLS = { b: "brush", e: "eraser", l: "lasso", m: "move" };

function step([across, down], isLarge) {
  const far = Math.max(view.width, view.height) * (isLarge ? 0.1 : 0.02);
  if (tool() === "move") { view.pan(-across * far * view.scale, -down * far * view.scale); return; }
  const at = cursor ?? { x: view.width / 2, y: view.height / 2 };
  extend({ x: Math.min(view.width, Math.max(0, at.x + across * far)), y: Math.min(view.height, Math.max(0, at.y + down * far)) });
  view.reveal(cursor);
}

function choose(name) {
  if (mask.open) end();
  document.querySelector(`[name=tool][value=${name}]`).checked = true;
  showRing();
}

function resize(by) {
  size.value = Number(size.value) + by * Math.max(1, Math.round(size.value / 8));
  cursor ??= { x: view.width / 2, y: view.height / 2 };
  showRing();
}

const DEEDS = {
  undo: () => mask.undo(), redo: () => mask.redo(), invert: () => mask.act({ kind: "invert" }),
  clear: () => { if (mask.acts.length) mask.act({ kind: "clear" }); },
  in: () => view.zoom(STEP), out: () => view.zoom(1 / STEP), fit: () => view.fit(),
};
for (const [name, deed] of Object.entries(DEEDS)) part(name).addEventListener("click", () => { end(); deed(); });

const SHORTCUTS = { i: "invert", Delete: "clear", Backspace: "clear", "+": "in", "=": "in", "-": "out", 0: "fit" };

function strokeByKey(event) {
  if (tool() === "move" || event.repeat) return;
  const at = cursor ?? { x: view.width / 2, y: view.height / 2 };
  if (mask.open) end();
  else { begin(at); isLocked = event.key === "Enter"; }
}

function onStage(event) {
  if (event.key in ARROWS) step(ARROWS[event.key], event.shiftKey);
  else if (event.key === " " || event.key === "Enter") strokeByKey(event);
  else return false;
  return true;
}

function anywhere(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    if (key !== "z" && key !== "y") return false;
    part(key === "y" || event.shiftKey ? "redo" : "undo").click();
  } else if (key in TOOLS) choose(TOOLS[key]);
  else if (key === "[" || key === "]") resize(key === "]" ? 1 : -1);
  else if (key in SHORTCUTS) part(SHORTCUTS[key]).click();
  else return false;
  return true;
}

addEventListener("keydown", (event) => {
  if (isSent || event.altKey || event.isComposing || event.target.closest("textarea, select")) return;
  if ((event.target === stage && onStage(event)) || anywhere(event)) event.preventDefault();
});
addEventListener("keyup", (event) => { if (event.key === " " && event.target === stage && !isLocked) end(); });
stage.addEventListener("blur", () => { if (mask.open && !pointers.size) end(); });
size.addEventListener("input", () => { cursor = view.inPicture(view.middle); showRing(); });
for (const one of document.getElementsByName("tool")) one.addEventListener("change", () => choose(one.value));

// -- sending

function close(text) {
  isSent = true;
  const heading = Object.assign(document.createElement("h1"), { textContent: document.title, tabIndex: -1 });
  const told = Object.assign(document.createElement("p"), { textContent: text });
  told.setAttribute("role", "status");
  page.replaceChildren(heading, told);
  page.className = "told";
  page.removeAttribute("id");
  heading.focus();
}

part("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  end();
  if (!mask.share()) { say(words.nothing, true); return; }
  const run = event.target.querySelector(".run");
  run.disabled = true;
  say(words.sending);
  try {
    const body = new FormData(event.target);
    body.append("mask", await mask.file(), "mask.png");
    const answer = await fetch(here, { method: "POST", body, referrerPolicy: "no-referrer" });
    const { text, done } = await answer.json();
    if (done || answer.status === 410) close(text);
    else say(text, true);
  } catch {
    say(words.failed, true);
  }
  run.disabled = false;
});
addEventListener("beforeunload", (event) => { if (mask.isDirty && !isSent) event.preventDefault(); });
setTimeout(() => { if (!isSent) say(words.soon); }, Math.max(0, words.seconds - SOON) * 1000);

// -- the beginning

async function loaded(address) {
  const image = Object.assign(new Image(), { src: address });
  await image.decode();
  return image;
}

async function start() {
  const picture = part("picture");
  picture.src = `${here}/picture`;
  await picture.decode();
  const { naturalWidth: wide, naturalHeight: high } = picture;
  Object.assign(mask.canvas, { width: wide, height: high });
  part("line").setAttribute("viewBox", `0 0 ${wide} ${high}`);
  view.hold(wide, high);
  part("sheet").className = "here";
  if (words.started) mask.start(await loaded(`${here}/region`));
}
start().catch(() => say(words.failed, true));
