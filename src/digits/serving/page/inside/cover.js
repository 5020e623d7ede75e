// What covering a patch of the frame with paper would change: asked where the frame has rested a moment.

import { h, percent, svg } from "../lib/dom.js";
import { FramePicture } from "../lib/frame_picture.js";
import { t } from "../strings.js";

const WAIT_MS = 500;
const PATCH = 5;
const NOTABLE = 0.05; // a smaller loss of probability is no news

export class Cover {
  #timer = 0;

  constructor(network) {
    this.network = network;
    this.picture = new FramePicture(t.inside.coverPicture);
    this.heat = h("canvas", { class: "heat", "aria-hidden": "true" });
    this.spot = svg("rect", { class: "field spot", width: 0, height: 0 });
    this.words = h("p", {});
    this.element = h("div", { class: "cover" },
      h("div", { class: "stack" }, this.picture.element, this.heat, svg("svg", { viewBox: "0 0 28 28", class: "overlay", "aria-hidden": "true" }, this.spot)),
      this.words);
  }

  show(frame, probabilities) {
    clearTimeout(this.#timer);
    this.picture.show(frame);
    this.heat.hidden = true;
    this.spot.setAttribute("width", "0");
    this.words.textContent = frame ? t.inside.covering : t.inside.nothing;
    this.network.stopCovering();
    if (frame) this.#timer = setTimeout(() => this.#ask(frame, Math.max(...probabilities)), WAIT_MS);
  }

  async #ask(frame, before) {
    const found = await this.network.cover(frame);
    if (!found) return;
    const { side, value, change, answers } = found;
    const context = this.heat.getContext("2d");
    this.heat.width = this.heat.height = side;
    const image = context.createImageData(side, side);
    change.forEach((loss, i) => image.data.set([255, 80, 48, Math.round(230 * Math.min(1, Math.max(0, -loss)))], 4 * i));
    context.putImageData(image, 0, 0);
    this.heat.hidden = false;
    const worst = change.indexOf(Math.min(...change));
    const isNotable = change[worst] < -NOTABLE;
    const corner = (at) => at * (28 / side) - 2;
    const size = isNotable ? PATCH : 0;
    const place = { x: corner(worst % side), y: corner(Math.floor(worst / side)), width: size, height: size };
    for (const [name, number] of Object.entries(place)) this.spot.setAttribute(name, number);
    const after = percent(Math.max(0, before + change[worst]));
    if (!isNotable) this.words.textContent = t.inside.coverNothing(value);
    else if (answers[worst] === value) this.words.textContent = t.inside.coverLess(value, percent(before), after);
    else this.words.textContent = t.inside.coverTurns(value, answers[worst], after);
  }
}
