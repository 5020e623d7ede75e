// The paper: shows a drawing, and lets mouse, pen and finger draw on it. There is one pad; Draw and Inside share it.

import { h } from "../lib/dom.js";
import { t } from "../strings.js";
import { paint } from "./ink.js";

export class Pad {
  #scale = 1;
  #shift = [0, 0];
  #painted = { stroke: null, points: 0, strokes: 0 };
  #pointer = null;

  constructor(drawing) {
    this.drawing = drawing;
    this.brush = 0.055; // in parts of the paper's shorter side
    this.canvas = h("canvas", { class: "paper", tabindex: "0", role: "img", "aria-label": t.draw.pad });
    this.hint = h("p", { class: "hint", "aria-hidden": "true" }, h("span", {}, t.draw.hint), h("small", {}, t.draw.hintMore));
    this.marks = h("div", { class: "marks" });
    this.element = h("div", { class: "pad" }, this.canvas, this.marks, this.hint);
    this.context = this.canvas.getContext("2d");
    new ResizeObserver(() => this.#fit()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    this.#watchScreen();
    drawing.addEventListener("change", () => this.#follow());
    this.#listen();
  }

  get size() { return { width: this.element.clientWidth || 1, height: this.element.clientHeight || 1 }; }

  // Where a rectangle of the drawing lies on the pad, in CSS pixels.
  place({ left, top, width, height }) {
    const k = this.#scale;
    return { left: left * k + this.#shift[0], top: top * k + this.#shift[1], width: width * k, height: height * k };
  }

  repaint() {
    const { canvas, context } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const ratio = canvas.width / this.size.width;
    context.setTransform(ratio * this.#scale, 0, 0, ratio * this.#scale, ratio * this.#shift[0], ratio * this.#shift[1]);
    context.strokeStyle = context.fillStyle = getComputedStyle(canvas).color;
    for (const stroke of this.drawing.strokes) paint(context, stroke);
    this.#remember();
  }

  // A window that moves to a sharper screen, or is zoomed, keeps its size in CSS pixels.
  #watchScreen() {
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", () => {
      this.#fit();
      this.#watchScreen();
    }, { once: true });
  }

  // A canvas has two sizes: on the page in CSS pixels, and in pixels of the screen.
  #fit() {
    const { width, height } = this.size;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.#look();
    this.repaint();
    this.onfit?.();
  }

  // Show all of the drawing: at its own size on the pad where it was made, scaled on another.
  #look() {
    const { width, height } = this.size;
    if (this.drawing.isEmpty) this.drawing.size = { width, height };
    const drawn = this.drawing.size;
    this.#scale = Math.min(width / drawn.width, height / drawn.height);
    this.#shift = [(width - drawn.width * this.#scale) / 2, (height - drawn.height * this.#scale) / 2];
  }

  #follow() {
    const { strokes, live } = this.drawing;
    this.hint.classList.toggle("gone", strokes.length > 0);
    const known = this.#painted;
    const isGrowing = live && (known.stroke === live || strokes.length === known.strokes + 1);
    if (isGrowing) {
      paint(this.context, live, { from: known.stroke === live ? known.points : 0 });
      this.#remember();
    } else if (live || strokes.length !== known.strokes || known.stroke !== strokes.at(-1)) {
      this.#look();
      this.repaint();
    }
  }

  #remember() {
    const { strokes } = this.drawing;
    this.#painted = { stroke: strokes.at(-1) ?? null, points: strokes.at(-1)?.points.length ?? 0, strokes: strokes.length };
  }

  #listen() {
    const { canvas, drawing } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (this.#pointer !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.#pointer = event.pointerId;
      this.onpen?.();
      drawing.begin(this.#point(event), this.size);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.#pointer) return;
      // All positions since the last event; browsers that keep none say so with an empty list.
      const events = event.getCoalescedEvents?.() ?? [];
      drawing.extend(this.#apart((events.length ? events : [event]).map((one) => this.#point(one))));
    });
    const lift = (event, abandoned) => {
      if (event.pointerId !== this.#pointer) return;
      this.#pointer = null;
      if (abandoned) drawing.abandon();
      else drawing.end();
    };
    canvas.addEventListener("pointerup", (event) => lift(event, false));
    canvas.addEventListener("pointercancel", (event) => lift(event, true));
  }

  #point({ clientX, clientY, pointerType, pressure }) {
    const area = this.canvas.getBoundingClientRect();
    const { width, height } = this.drawing.isEmpty ? this.size : this.drawing.size;
    const [scale, shift] = this.drawing.isEmpty ? [1, [0, 0]] : [this.#scale, this.#shift];
    // A mouse and most fingers have no pressure worth the name.
    const force = pointerType === "pen" && pressure > 0 ? 0.55 + 0.9 * pressure : 1;
    return {
      x: clamp((clientX - area.left - shift[0]) / scale, 0, width),
      y: clamp((clientY - area.top - shift[1]) / scale, 0, height),
      width: this.brush * Math.min(width, height) * force,
    };
  }

  // Leave out points that lie on the one before: they make no curve, and the pen's breadth jump.
  #apart(points) {
    let last = this.drawing.live?.points.at(-1);
    return points.filter((point) => {
      const isNew = !last || Math.hypot(point.x - last.x, point.y - last.y) >= 0.7;
      if (isNew) {
        if (last) point.width = 0.6 * last.width + 0.4 * point.width;
        last = point;
      }
      return isNew;
    });
  }
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
