// How the picture lies on the stage: its scale and where its corner is; and from a place on the screen to one in it.

const CLOSEST = 12;
const AROUND = 0.97; // of the stage is filled when the whole picture is shown

export class View {
  constructor(stage, sheet) {
    Object.assign(this, { stage, sheet, scale: 1, x: 0, y: 0, width: 1, height: 1, isFitted: true });
    new ResizeObserver(() => (this.isFitted ? this.fit() : this.#settle())).observe(stage);
  }

  hold(width, height) {
    Object.assign(this, { width, height });
    Object.assign(this.sheet.style, { width: `${width}px`, height: `${height}px` });
    this.fit();
  }

  get #whole() {
    return AROUND * Math.min(this.stage.clientWidth / this.width, this.stage.clientHeight / this.height);
  }

  fit() {
    this.scale = this.#whole;
    this.isFitted = true;
    this.#settle();
  }

  zoom(factor, at = this.middle) {
    const scale = Math.min(Math.max(this.scale * factor, this.#whole), Math.max(CLOSEST, this.#whole));
    this.x = at.x - ((at.x - this.x) * scale) / this.scale;
    this.y = at.y - ((at.y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.isFitted = scale === this.#whole;
    this.#settle();
  }

  pan(across, down) {
    this.x += across;
    this.y += down;
    this.#settle();
  }

  // Brings a place in the picture back into sight.
  reveal(point) {
    const at = this.onStage(point), edge = 24;
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.pan(Math.max(edge - at.x, 0) + Math.min(width - edge - at.x, 0),
      Math.max(edge - at.y, 0) + Math.min(height - edge - at.y, 0));
  }

  get middle() { return { x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 }; }

  // From the window to the stage.
  place(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  inPicture(at) { return { x: (at.x - this.x) / this.scale, y: (at.y - this.y) / this.scale }; }

  onStage(point) { return { x: point.x * this.scale + this.x, y: point.y * this.scale + this.y }; }

  // What is smaller than the stage stands in its middle; what is larger covers it.
  #settle() {
    const along = (at, size, room) => (size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, at)));
    this.x = along(this.x, this.width * this.scale, this.stage.clientWidth);
    this.y = along(this.y, this.height * this.scale, this.stage.clientHeight);
    this.sheet.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.moved?.();
  }
}
