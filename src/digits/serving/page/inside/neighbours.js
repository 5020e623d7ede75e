// The training digits nearest in feature space: real ones, from MNIST, in network/examples.png, a row for each digit.

import { h } from "../lib/dom.js";
import { t } from "../strings.js";

const SHOWN = 8, SIZE = 28;
const sheet = new Image();
sheet.src = new URL("../network/examples.png", import.meta.url);

export class Neighbours {
  constructor() {
    this.list = h("ol", { class: "neighbours" });
    this.words = h("p", { class: "note" });
    this.element = h("div", {}, this.list, this.words);
  }

  clear() {
    this.list.replaceChildren();
    this.words.textContent = t.inside.nothing;
  }

  async show(nearest, value) {
    await sheet.decode();
    const columns = sheet.naturalWidth / SIZE;
    const shown = nearest.slice(0, SHOWN).map(({ index, cosine }) => ({ label: Math.floor(index / columns), column: index % columns, cosine }));
    this.list.replaceChildren(...shown.map(({ label, column, cosine }) => {
      const canvas = h("canvas", { class: "frame", width: SIZE, height: SIZE, "aria-hidden": "true" });
      canvas.getContext("2d").drawImage(sheet, column * SIZE, label * SIZE, SIZE, SIZE, 0, 0, SIZE, SIZE);
      return h("li", { class: label === value ? "" : "other" }, canvas, h("b", {}, String(label)), h("small", {}, t.inside.near(cosine)));
    }));
    this.words.textContent = t.inside.neighbours(shown.filter(({ label }) => label === value).length, shown.length, value);
  }
}
