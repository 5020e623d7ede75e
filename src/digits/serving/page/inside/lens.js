// The lens: the frame with what one map answers to laid over it, and the kernel of that map.

import { h, svg } from "../lib/dom.js";
import { FramePicture } from "../lib/frame_picture.js";
import { t } from "../strings.js";
import { sign } from "./colours.js";

const MOST_SLICES = 6;

export class Lens {
  constructor() {
    this.picture = new FramePicture(t.inside.frame);
    this.heat = h("canvas", { class: "heat", "aria-hidden": "true" });
    this.field = svg("rect", { class: "field", width: 0, height: 0 });
    this.overlay = svg("svg", { viewBox: "0 0 28 28", class: "overlay", "aria-hidden": "true" }, this.field);
    this.title = h("h2");
    this.words = h("p", { class: "note" });
    this.kernel = h("div", { class: "kernel" });
    this.element = h("div", { class: "card lens" },
      h("div", { class: "stack" }, this.picture.element, this.heat, this.overlay),
      h("div", { class: "about", "aria-live": "polite" }, this.title, this.words, this.kernel));
    this.rest();
  }

  // Show the frame alone.
  rest() {
    this.title.textContent = t.inside.lens;
    this.words.textContent = t.inside.lensHint;
    this.kernel.replaceChildren();
    this.heat.hidden = true;
    this.field.setAttribute("width", "0");
    this.field.setAttribute("height", "0");
  }

  // Show a map: `field` is how many pixels of the frame one value of it sees, `step` how many lie between two values.
  show({ layer, number, map, values, size, field, step, kernel, inputs }) {
    this.title.textContent = t.inside.mapTitle(layer, map + 1);
    const own = values.subarray(map * size * size, (map + 1) * size * size);
    const best = own.indexOf(Math.max(...own));
    const isSilent = !(own[best] > 0);
    this.words.textContent = isSilent ? t.inside.silent : t.inside.answers(field);
    this.#warm(own, size, isSilent ? 1 : own[best]);
    const middle = (at) => (at + 0.5) * step - field / 2;
    const place = { x: middle(best % size), y: middle(Math.floor(best / size)), width: isSilent ? 0 : field, height: isSilent ? 0 : field };
    for (const [name, value] of Object.entries(place)) this.field.setAttribute(name, value);
    this.#describe(kernel.subarray(map * inputs * 9, (map + 1) * inputs * 9), inputs, number);
  }

  #warm(values, size, most) {
    this.heat.hidden = false;
    this.heat.width = this.heat.height = size;
    const context = this.heat.getContext("2d");
    const image = context.createImageData(size, size);
    values.forEach((value, i) => image.data.set([90, 120, 255, Math.round(215 * Math.max(0, value) / most)], 4 * i));
    context.putImageData(image, 0, 0);
  }

  // The first kernel is one picture of 3×3; deeper ones have a slice for each map below, of which the heaviest are shown.
  #describe(kernel, inputs, number) {
    const slices = Array.from({ length: inputs }, (_, i) => kernel.subarray(9 * i, 9 * i + 9));
    const weight = (slice) => slice.reduce((sum, value) => sum + Math.abs(value), 0);
    const ranked = [...slices.keys()].sort((a, b) => weight(slices[b]) - weight(slices[a])).slice(0, MOST_SLICES);
    const most = Math.max(...ranked.flatMap((i) => Array.from(slices[i], Math.abs)));
    this.kernel.replaceChildren(
      h("p", { class: "note" }, number === 1 ? t.inside.kernel : t.inside.slices(ranked.length, inputs)),
      h("div", { class: "slices" }, ranked.map((i) => h("figure", {}, grid(slices[i], most), inputs > 1 && h("figcaption", {}, t.inside.from(i + 1))))));
  }
}

function grid(values, most) {
  return svg("svg", { viewBox: "0 0 3 3", role: "img", "aria-label": t.inside.weights(Array.from(values, (value) => value.toFixed(2)).join(", ")) },
    ...Array.from(values, (value, i) => svg("rect", { x: i % 3, y: Math.floor(i / 3), width: 1, height: 1, fill: sign(value / most) })));
}
