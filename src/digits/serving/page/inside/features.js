// The 32 features as bars up and down, in the colour of what they say about one digit: blue for it, red against it.

import { h } from "../lib/dom.js";
import { t } from "../strings.js";

export class Features {
  constructor(count) {
    this.bars = Array.from({ length: count }, () => h("i"));
    this.words = h("p", { class: "note" });
    this.element = h("div", {}, h("div", { class: "features", role: "img" }, this.bars), this.words);
  }

  // `weights` (10 rows of 32) are those of the last layer; a feature times its weight is what it adds to the digit's sum.
  show(features, weights, digit) {
    const said = Array.from(features, (value, i) => value * weights[digit * features.length + i]);
    const tall = Math.max(...Array.from(features, Math.abs), 1e-6), loud = Math.max(...said.map(Math.abs), 1e-6);
    this.bars.forEach((bar, i) => {
      const share = features[i] / tall;
      bar.classList.toggle("negative", share < 0);
      bar.style.setProperty("--size", String(Math.abs(share)));
      bar.style.setProperty("--strength", `${Math.round(100 * Math.min(1, Math.abs(said[i]) / loud))}%`);
      bar.classList.toggle("against", said[i] < 0);
    });
    const speaking = said.filter((value) => value > 0).length;
    this.words.textContent = t.inside.speak(speaking, features.length - speaking, digit);
    this.element.firstChild.setAttribute("aria-label", t.inside.featuresLabel(speaking, features.length, digit));
  }
}
