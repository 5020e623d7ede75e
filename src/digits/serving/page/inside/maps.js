// The maps of one convolution as a grid of small pictures. Hovering over one, or moving to it with the arrow keys, shows it
// in the lens; a click holds it there.

import { h } from "../lib/dom.js";
import { t } from "../strings.js";
import { STRENGTH } from "./colours.js";

export class MapGrid {
  #at = 0; // the map that the Tab key reaches
  #held = null;

  // `onlook` is told the number of a map, or null where none is looked at any more.
  constructor({ name, channels, size }, onlook) {
    Object.assign(this, { name, channels, size, onlook });
    this.image = new ImageData(size, size);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.tiles = Array.from({ length: channels }, (_, map) => h("button", {
      type: "button", class: "map", tabindex: map ? "-1" : "0", "aria-label": t.inside.map(map + 1, channels), "aria-pressed": "false",
    }, h("canvas", { width: size, height: size })));
    this.contexts = this.tiles.map((tile) => tile.firstChild.getContext("2d"));
    this.element = h("div", { class: `maps size${size}`, role: "group", "aria-label": t.inside.maps(name) }, this.tiles);
    this.#listen();
    this.show(new Float32Array(channels * size * size));
  }

  // All maps of a layer share one scale, so that a silent map is dark.
  show(values) {
    const area = this.size * this.size;
    let most = 1e-6;
    for (const value of values) if (value > most) most = value;
    for (let map = 0; map < this.channels; map++) {
      for (let i = 0, at = map * area; i < area; i++, at++) this.pixels[i] = STRENGTH[(255 * values[at] / most) | 0];
      this.contexts[map].putImageData(this.image, 0, 0);
    }
  }

  release() {
    if (this.#held !== null) this.tiles[this.#held].setAttribute("aria-pressed", "false");
    this.#held = null;
  }

  #listen() {
    const indexOf = (event) => this.tiles.indexOf(event.target.closest(".map"));
    this.element.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse" && indexOf(event) >= 0) this.onlook(this, indexOf(event), false);
    });
    this.element.addEventListener("pointerleave", () => this.onlook(this, this.#held, false));
    this.element.addEventListener("focusin", (event) => {
      if (event.target.matches(":focus-visible")) this.onlook(this, indexOf(event), false);
    });
    this.element.addEventListener("click", (event) => {
      const map = indexOf(event);
      if (map < 0) return;
      const isHeld = this.#held === map;
      this.onlook(this, isHeld ? null : map, true);
      if (isHeld) return;
      this.#held = map;
      this.tiles[map].setAttribute("aria-pressed", "true");
      this.#reach(map);
    });
    this.element.addEventListener("keydown", (event) => {
      const columns = getComputedStyle(this.element).gridTemplateColumns.split(" ").length;
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
      const next = { Home: 0, End: this.channels - 1 }[event.key] ?? (step ? this.#at + step : null);
      if (next === null) return;
      event.preventDefault();
      if (next < 0 || next >= this.channels) return;
      this.#reach(next);
      this.tiles[next].focus();
    });
  }

  #reach(map) {
    this.tiles[this.#at].tabIndex = -1;
    this.#at = map;
    this.tiles[map].tabIndex = 0;
  }
}
