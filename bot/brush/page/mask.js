// What is painted: a list of acts that can be taken back, drawn on a canvas as large as the picture that is shown.

const COLOUR = "#ff0066";
const SAMPLE = 96; // the share is counted on a small copy

function canvas(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function path(context, points) {
  context.beginPath();
  context.moveTo(points[0].x, points[0].y);
  for (const point of points) context.lineTo(point.x, point.y);
}

function draw(context, act) {
  const { width, height } = context.canvas;
  context.save();
  context.fillStyle = context.strokeStyle = COLOUR;
  switch (act.kind) {
    case "region":
      context.drawImage(act.area, 0, 0, width, height);
      break;
    case "invert":
      context.globalCompositeOperation = "xor";
      context.fillRect(0, 0, width, height);
      break;
    case "clear":
      context.clearRect(0, 0, width, height);
      break;
    case "lasso":
      path(context, act.points);
      context.fill();
      break;
    default:
      if (act.kind === "eraser") context.globalCompositeOperation = "destination-out";
      context.lineWidth = act.width;
      context.lineCap = context.lineJoin = "round";
      path(context, act.points);
      context.stroke();
  }
  context.restore();
}

export class Mask {
  // changed(): after each act that stays.
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.changed = changed;
    this.acts = [];
    this.undone = [];
    this.open = null;
  }

  get isDirty() { return this.acts.some((act) => act.kind !== "region"); }

  // The region that is known already: an image whose holes are what may change.
  start(image) {
    const area = canvas(this.canvas.width, this.canvas.height);
    const context = area.getContext("2d");
    context.drawImage(image, 0, 0, area.width, area.height);
    context.globalCompositeOperation = "source-out";
    context.fillStyle = COLOUR;
    context.fillRect(0, 0, area.width, area.height);
    this.act({ kind: "region", area });
  }

  act(act) {
    this.acts.push(act);
    this.undone = [];
    draw(this.context, act);
    this.changed();
  }

  begin(kind, at, width) {
    this.open = { kind, width, points: [at] };
    this.extend(at);
  }

  extend(to) {
    const { kind, width, points } = this.open;
    const from = points.at(-1);
    points.push(to);
    if (kind !== "lasso") draw(this.context, { kind, width, points: [from, to] });
  }

  end() {
    const { open } = this;
    this.open = null;
    if (open.kind === "lasso" && open.points.length < 4) return;
    this.act(open);
  }

  // A stroke that was not meant: a second finger came down.
  drop() {
    this.open = null;
    this.redraw();
  }

  undo() {
    if (!this.acts.length) return;
    this.undone.push(this.acts.pop());
    this.redraw();
    this.changed();
  }

  redo() {
    if (!this.undone.length) return;
    const act = this.undone.pop();
    this.acts.push(act);
    draw(this.context, act);
    this.changed();
  }

  redraw() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const act of this.acts) draw(this.context, act);
  }

  // How much of the picture is painted, from 0 to 1.
  share() {
    const small = canvas(SAMPLE, SAMPLE).getContext("2d", { willReadFrequently: true });
    small.drawImage(this.canvas, 0, 0, SAMPLE, SAMPLE);
    const { data } = small.getImageData(0, 0, SAMPLE, SAMPLE);
    let sum = 0;
    for (let at = 3; at < data.length; at += 4) sum += data[at];
    return sum / (255 * SAMPLE * SAMPLE);
  }

  // A PNG with a hole where it is painted, as the Images API wants it.
  file() {
    const sent = canvas(this.canvas.width, this.canvas.height);
    const context = sent.getContext("2d");
    context.fillRect(0, 0, sent.width, sent.height);
    context.globalCompositeOperation = "destination-out";
    context.drawImage(this.canvas, 0, 0);
    return new Promise((resolve) => sent.toBlob(resolve, "image/png"));
  }
}
