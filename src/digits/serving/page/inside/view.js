// Inside: one digit on its way through the network, from the frame to the answer, live while it is drawn.

import { button, h, percent } from "../lib/dom.js";
import { Bars } from "../lib/bars.js";
import { t } from "../strings.js";
import { Cover } from "./cover.js";
import { Features } from "./features.js";
import { Lens } from "./lens.js";
import { MapGrid } from "./maps.js";
import { Neighbours } from "./neighbours.js";

export class InsideView {
  #still = null; // a digit of a photo, which stands still; without one, the drawing is followed
  #found = null;
  #isBusy = false;
  #looked = null; // the grid and map in the lens

  constructor(shared) {
    Object.assign(this, shared);
    this.slot = h("div", { class: "slot" });
    this.title = h("h1", {}, t.inside.title);
    this.source = h("p", { class: "note" });
    this.back = button(t.inside.back, { name: "pen", hidden: true, onclick: () => this.#follow(null) });
    this.lens = new Lens();
    this.stages = h("ol", { class: "stages" });
    const tools = h("div", { class: "set" },
      button(t.tools.undo, { name: "undo", only: true, onclick: () => this.drawing.undo() }),
      button(t.tools.clear, { name: "clear", onclick: () => { this.penman.stop(); this.drawing.clear(); } }),
      button(t.inside.write, { name: "play", onclick: () => { this.drawing.clear(); this.penman.write(Math.floor(10 * Math.random())); } }));
    this.own = h("div", { class: "own" }, this.slot, tools);
    this.element = h("section", { class: "view inside", "aria-labelledby": "inside-title" },
      h("div", { class: "heading" }, this.title, this.source, this.back),
      h("div", { class: "side" }, this.own, this.lens.element),
      this.stages);
    this.title.id = "inside-title";
    this.recognizer.addEventListener("reading", () => { if (!this.#still) this.#run(); });
  }

  enter() {
    this.slot.append(this.pad.element);
    this.#run();
  }

  // Follow a digit of a photo, { frame, name }; a drawn digit, or null, is the drawing.
  follow(digit) { this.#follow(digit?.name ? digit : null); }

  #follow(still) {
    this.#still = still;
    this.own.hidden = Boolean(still);
    this.back.hidden = !still;
    this.#run();
  }

  onnetwork() {
    const { layers } = this.network.header;
    const convolutions = layers.filter(({ kind }) => kind === "conv");
    let size = 28, field = 1, step = 1;
    this.grids = convolutions.map(({ name, inputs, outputs, pool }, i) => {
      field += 2 * step;
      const grid = new MapGrid({ name, channels: outputs, size }, (...looked) => this.#look(...looked));
      Object.assign(grid, { number: i + 1, field, step, inputs, kernel: this.network.kernels[i] });
      if (pool) [size, field, step] = [size >> 1, field + step, 2 * step];
      return grid;
    });
    this.features = new Features(layers.at(-2).outputs);
    this.bars = new Bars((digit) => { this.picked = digit; this.#weigh(); });
    this.cover = new Cover(this.network);
    this.neighbours = new Neighbours();
    const card = (tag, title, words, body) => h(tag, { class: "card" }, h("h2", {}, title), h("p", { class: "note" }, words), body);
    this.stages.replaceChildren(
      ...this.grids.map((grid) => card("li", t.inside.stage(grid.number, grid.channels, grid.size), t.inside.layers[grid.number - 1] ?? t.inside.layer, grid.element)),
      h("li", { class: "pair" },
        card("div", t.inside.features, t.inside.featuresMore, this.features.element),
        card("div", t.inside.answer, t.inside.answerMore(this.network.header.temperature), this.bars.element)),
      h("li", { class: "pair" },
        card("div", t.inside.cover, t.inside.coverMore, this.cover.element),
        card("div", t.inside.near2, t.inside.nearMore, this.neighbours.element)));
    this.#run();
  }

  // Ask about the digit as it is now; what was drawn meanwhile is asked about next.
  async #run() {
    if (this.#isBusy || !this.grids || !this.element.isConnected) return;
    this.#isBusy = true;
    try {
      for (let asked; asked !== this.#digit(); ) {
        asked = this.#digit();
        const frame = asked?.frame ?? new Float32Array(784);
        this.#show(await this.network.run(frame, { inside: true }), frame, asked);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #digit() { return this.#still ?? this.recognizer.current; }

  #show(found, frame, digit) {
    this.#found = digit ? found : null;
    const value = found.probabilities.indexOf(Math.max(...found.probabilities));
    this.title.textContent = digit ? t.inside.following(value) : t.inside.title;
    this.source.textContent = digit ? t.inside.source(this.#still?.name, percent(found.probabilities[value])) : t.inside.empty;
    this.lens.picture.show(frame);
    for (const [i, grid] of this.grids.entries()) grid.show(digit ? found.maps[i].values : new Float32Array(found.maps[i].values.length));
    this.bars.show(digit ? found.probabilities : null);
    this.picked = value;
    this.#weigh();
    this.#relook();
    this.cover.show(digit ? frame : null, found.probabilities);
    if (digit) this.neighbours.show(found.nearest, value);
    else this.neighbours.clear();
  }

  #weigh() {
    if (!this.#found) return;
    this.features.show(this.#found.features, this.network.kernels.at(-1), this.picked);
    this.bars.pick(this.picked);
  }

  #look(grid, map, isClick) {
    if (isClick) for (const other of this.grids) other.release();
    this.#looked = map === null ? null : { grid, map };
    this.#relook();
  }

  #relook() {
    if (!this.#looked || !this.#found) return this.lens.rest();
    const { grid, map } = this.#looked;
    const { name, number, size, field, step, inputs, kernel } = grid;
    const { values } = this.#found.maps[number - 1];
    return this.lens.show({ layer: name, number, map, values, size, field, step, kernel, inputs });
  }
}
