// Follows a drawing: groups its strokes into digits, asks the network about each that changed, and remembers how the
// answers went. Says "reading" with the digits as they are now.
//
// A digit is { key, strokes, box, line, frame, probabilities, features, value, confidence, refused, trace }. Its trace is
// a list of moments { frame, probabilities, strokes, isRest }, one for each answer while it was drawn; `isRest` where the
// pen was up, `strokes` how many there were.

import { frameOf } from "./framing.js";
import { groupStrokes } from "./groups.js";

const MOST_MOMENTS = 240;

export class Recognizer extends EventTarget {
  digits = [];
  chosen = null; // the key of a digit
  #known = new Map(); // answers by what exactly was drawn
  #traces = new Map(); // by a digit's first stroke
  #isBusy = false;
  #isDue = false;

  constructor(drawing, network) {
    super();
    this.drawing = drawing;
    this.network = network;
    drawing.addEventListener("change", () => {
      if (drawing.live) this.chosen = null;
      this.follow();
    });
  }

  get text() {
    return this.digits.map(({ value, refused, line }, i) =>
      (i && line !== this.digits[i - 1].line ? "\n" : "") + (refused ? "?" : value)).join("");
  }

  // The digit that was chosen, or else the one that is being drawn or was last.
  get current() {
    const chosen = this.digits.find(({ key }) => key === this.chosen);
    if (chosen) return chosen;
    const last = Math.max(...this.drawing.strokes.map((stroke) => stroke.id));
    return this.digits.find(({ strokes }) => strokes.some((stroke) => stroke.id === last)) ?? this.digits.at(-1) ?? null;
  }

  // Forget all answers: another network is asked from now on.
  restart() {
    this.#known.clear();
    this.#traces.clear();
    this.digits = [];
    this.follow();
  }

  async follow() {
    this.#isDue = true;
    if (this.#isBusy || !this.network.header) return;
    this.#isBusy = true;
    try {
      while (this.#isDue) {
        this.#isDue = false;
        await this.#read();
      }
    } finally {
      this.#isBusy = false;
    }
  }

  async #read() {
    const digits = [];
    const isRest = !this.drawing.live; // now; when the answer comes the pen may be elsewhere
    for (const group of groupStrokes(this.drawing.strokes)) {
      const key = group.strokes.map(({ id, points }) => `${id}:${points.length}`).sort().join(" ");
      const answer = this.#known.get(key) ?? await this.#ask(group);
      if (!answer) continue;
      this.#known.set(key, answer);
      digits.push({ ...group, ...answer, key, trace: this.#note(group, answer, isRest) });
    }
    if (this.drawing.isEmpty) this.#traces.clear();
    for (const key of this.#known.keys()) if (this.#known.size > 500) this.#known.delete(key);
    this.digits = digits;
    this.dispatchEvent(new Event("reading"));
  }

  async #ask(group) {
    const frame = frameOf(group);
    if (!frame) return null;
    const { probabilities, features } = await this.network.run(frame);
    const value = probabilities.indexOf(Math.max(...probabilities));
    const confidence = probabilities[value];
    return { frame, probabilities, features, value, confidence, refused: confidence < this.network.header.min_confidence };
  }

  #note({ strokes }, { frame, probabilities }, isRest) {
    const first = Math.min(...strokes.map((stroke) => stroke.id));
    const trace = this.#traces.get(first) ?? [];
    this.#traces.set(first, trace);
    if (trace.at(-1)?.frame !== frame) trace.push({ frame, probabilities, strokes: strokes.length });
    if (isRest) trace.at(-1).isRest = true;
    if (trace.length > MOST_MOMENTS) trace.splice(0, trace.length - MOST_MOMENTS);
    return trace;
  }
}
