// The picture with a box around each digit. Wheel and pinch zoom, dragging pans, arrow keys go from digit to digit.

import { button, h, percent, svg } from "../lib/dom.js";
import { t } from "../strings.js";

const MOST_ZOOM = 12;
const DOUBT_BELOW = 0.9; // as in reading/drawing/overlay.py

export class Viewer {
  #zoom = 1;
  #x = 0; // of the picture's corner, in CSS pixels
  #y = 0;
  #fingers = new Map();
  #moved = 0;

  constructor(onchoose) {
    this.onchoose = onchoose;
    this.image = svg("image", {});
    this.boxes = svg("g", {});
    this.drawing = svg("svg", { role: "group", "aria-label": t.photo.boxes }, this.image, this.boxes);
    this.stage = h("div", { class: "stage" }, this.drawing);
    this.element = h("div", { class: "viewer" }, this.stage,
      h("div", { class: "zoom", role: "group", "aria-label": t.photo.zoom },
        button(t.photo.closer, { name: "plus", only: true, onclick: () => this.#zoomBy(1.5) }),
        button(t.photo.away, { name: "minus", only: true, onclick: () => this.#zoomBy(1 / 1.5) }),
        button(t.photo.fit, { name: "fit", only: true, onclick: () => this.#fit() })));
    new ResizeObserver(() => this.#fit()).observe(this.stage);
    this.#listen();
  }

  async show(reading, picture) {
    this.reading = reading;
    this.drawing.setAttribute("viewBox", `0 0 ${reading.width} ${reading.height}`);
    this.stage.style.aspectRatio = `${reading.width} / ${reading.height}`;
    for (const [name, value] of Object.entries({ href: picture, width: reading.width, height: reading.height })) this.image.setAttribute(name, value);
    this.digits = reading.lines.flatMap((line) => line.digits).filter((digit) => digit.box);
    this.marks = this.digits.map((digit, i) => this.#mark(digit, i));
    this.boxes.replaceChildren(...this.marks);
    this.#fit();
  }

  #mark(digit, i) {
    const { x, y, width, height } = digit.box;
    const isSure = !digit.refusal && digit.confidence >= DOUBT_BELOW;
    const size = Math.max(12, 0.42 * height);
    const value = digit.value === null ? "?" : String(digit.value);
    const label = svg("text", { x: x + width / 2, y: y - 0.2 * size, "font-size": size, "text-anchor": "middle" });
    label.textContent = value;
    return svg("g", {
      class: isSure ? "box" : "box doubt", role: "button", tabindex: i ? "-1" : "0", "data-index": i,
      "aria-label": digit.value === null ? t.photo.boxRefused : t.photo.box(value, percent(digit.confidence)),
    }, svg("rect", { x, y, width, height, rx: 3 }), label);
  }

  #choose(i) {
    this.marks.forEach((mark, k) => {
      mark.classList.toggle("chosen", k === i);
      mark.setAttribute("tabindex", k === i ? "0" : "-1");
    });
    this.onchoose(this.digits[i]);
  }

  #fit() {
    this.#zoom = 1;
    this.#x = this.#y = 0;
    this.#place();
  }

  // Keep what is at (x, y) where it is.
  #zoomBy(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const zoom = Math.min(MOST_ZOOM, Math.max(1, this.#zoom * factor));
    this.#x = x - (x - this.#x) * (zoom / this.#zoom);
    this.#y = y - (y - this.#y) * (zoom / this.#zoom);
    this.#zoom = zoom;
    this.#place();
  }

  #place() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.#x = Math.min(0, Math.max(width * (1 - this.#zoom), this.#x));
    this.#y = Math.min(0, Math.max(height * (1 - this.#zoom), this.#y));
    this.drawing.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#zoom})`;
    this.stage.classList.toggle("zoomed", this.#zoom > 1);
  }

  #listen() {
    const { stage } = this;
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && this.#zoom === 1 && event.deltaY > 0) return; // let the page scroll
      event.preventDefault();
      const { left, top } = stage.getBoundingClientRect();
      this.#zoomBy(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
    }, { passive: false });
    stage.addEventListener("pointerdown", (event) => {
      this.#fingers.set(event.pointerId, event);
      this.#moved = 0;
    });
    stage.addEventListener("pointermove", (event) => this.#drag(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      stage.addEventListener(name, (event) => this.#fingers.delete(event.pointerId));
    }
    this.boxes.addEventListener("click", (event) => {
      const box = event.target.closest(".box");
      if (box && this.#moved < 6) this.#choose(Number(box.dataset.index));
    });
    this.boxes.addEventListener("keydown", (event) => {
      const at = Number(event.target.closest(".box")?.dataset.index);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step && this.marks[at + step]) {
        this.marks[at + step].focus();
        this.#choose(at + step);
      } else if (event.key === "Enter" || event.key === " ") this.#choose(at);
      else return;
      event.preventDefault();
    });
  }

  #drag(event) {
    const before = this.#fingers.get(event.pointerId);
    if (!before) return;
    const [one, other] = [...this.#fingers.values()];
    if (other) {
      const still = event.pointerId === one.pointerId ? other : one;
      const apart = (finger) => Math.hypot(finger.clientX - still.clientX, finger.clientY - still.clientY) || 1;
      const { left, top } = this.stage.getBoundingClientRect();
      this.#zoomBy(apart(event) / apart(before), (event.clientX + still.clientX) / 2 - left, (event.clientY + still.clientY) / 2 - top);
    } else {
      this.#x += event.clientX - before.clientX;
      this.#y += event.clientY - before.clientY;
      this.#place();
    }
    this.#moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
    this.#fingers.set(event.pointerId, event);
  }
}
