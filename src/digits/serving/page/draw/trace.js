// How the reading of one digit went while it was drawn: a line for each digit that was ever likely, and a mark where one
// gave way to another. A slider along the chart looks back at any moment.

import { h, svg } from "../lib/dom.js";
import { t } from "../strings.js";
import { leader, turns } from "./lesson.js";

const WIDTH = 360, HEIGHT = 120, RIGHT = 26, TOP = 18, BOTTOM = 6;
const NOTABLE = 0.2; // a digit that was once this likely gets a line
const MOST_LINES = 4;
const LABEL = 54; // the room that a label such as 3 → 8 takes

export class Trace {
  #trace = [];
  isLookingBack = false;

  // `onlook` is told the moment that is looked at, or null for the present.
  constructor(onlook) {
    this.onlook = onlook;
    this.chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", preserveAspectRatio: "none" });
    this.labels = h("div", { class: "labels", "aria-hidden": "true" });
    this.slider = h("input", {
      type: "range", min: "0", max: "0", value: "0", "aria-label": t.trace.slider,
      oninput: () => this.#look(), onblur: () => this.#release(), onpointerup: () => this.#release(),
    });
    this.element = h("div", { class: "trace" }, h("div", { class: "chart" }, this.chart, this.labels, this.slider));
  }

  show(trace) {
    if (trace !== this.#trace) this.isLookingBack = false;
    this.#trace = trace ?? [];
    this.slider.max = String(Math.max(0, this.#trace.length - 1));
    if (!this.isLookingBack) this.slider.value = this.slider.max;
    this.slider.disabled = this.#trace.length < 2;
    this.#draw();
    this.#describe();
  }

  #look() {
    this.isLookingBack = this.slider.value !== this.slider.max;
    this.#describe();
    this.onlook(this.isLookingBack ? this.#trace[Number(this.slider.value)] : null);
  }

  #release() {
    this.slider.value = this.slider.max;
    this.#look();
  }

  #describe() {
    const moment = this.#trace[Number(this.slider.value)];
    this.slider.setAttribute("aria-valuetext", moment ? t.trace.moment(leader(moment.probabilities), Math.max(...moment.probabilities)) : t.trace.empty);
  }

  #draw() {
    const trace = this.#trace;
    const x = (i) => trace.length < 2 ? 0 : (i / (trace.length - 1)) * (WIDTH - RIGHT);
    const y = (share) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
    const rules = [0, 0.5, 1].map((share) => svg("line", { x1: 0, x2: WIDTH - RIGHT, y1: y(share), y2: y(share), class: "rule" }));
    const lines = this.#notable().map(({ digit, rank }) => {
      const path = trace.map(({ probabilities }, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(probabilities[digit]).toFixed(1)}`);
      return { digit, rank, line: svg("path", { d: path.join(""), class: `line rank${rank}` }) };
    });
    const found = trace.length ? turns(trace) : [];
    const marks = found.map(({ at }) => svg("line", { x1: x(at), x2: x(at), y1: TOP - 4, y2: HEIGHT - BOTTOM, class: "turn" }));
    this.chart.replaceChildren(...rules, ...marks, ...lines.map(({ line }) => line).reverse());
    this.labels.replaceChildren(
      ...apart(lines.map(({ digit, rank }) => ({ digit, rank, top: y(trace.at(-1).probabilities[digit]) }))).map(({ digit, rank, top }) =>
        placed(`end rank${rank}`, 100 * (1 - RIGHT / WIDTH), top, String(digit))),
      ...spaced(found, x).map(({ at, from, to }) => placed("turn", Math.min(86, 100 * x(at) / WIDTH), TOP - 12, `${from} → ${to}`)),
    );
  }

  // The digits that have a line, ranked by how likely they are now.
  #notable() {
    if (!this.#trace.length) return [];
    const peaks = Array.from({ length: 10 }, (_, digit) => Math.max(...this.#trace.map(({ probabilities }) => probabilities[digit])));
    const now = this.#trace.at(-1).probabilities;
    return [...peaks.keys()].filter((digit) => peaks[digit] >= NOTABLE)
      .sort((a, b) => now[b] - now[a] || peaks[b] - peaks[a]).slice(0, MOST_LINES).map((digit, rank) => ({ digit, rank }));
  }
}

function placed(name, left, top, text) {
  const element = h("span", { class: name }, text);
  element.style.left = `${left}%`;
  element.style.top = `${(100 * top) / HEIGHT}%`;
  return element;
}

// Labels at the lines' ends must not lie on one another.
function apart(labels, least = 17) {
  const sorted = [...labels].sort((one, other) => one.top - other.top);
  for (let i = sorted.length - 2; i >= 0; i--) sorted[i].top = Math.min(sorted[i].top, sorted[i + 1].top - least);
  for (let i = 0; i < sorted.length; i++) sorted[i].top = Math.max(sorted[i].top, i ? sorted[i - 1].top + least : TOP);
  return sorted;
}

// The latest turns whose labels do not lie on one another.
function spaced(found, x) {
  let edge = Infinity;
  return [...found].reverse().filter(({ at }) => {
    const fits = x(at) < edge - LABEL;
    if (fits) edge = x(at);
    return fits;
  });
}
