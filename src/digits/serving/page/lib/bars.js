// Ten bars, one for each digit: how likely the network holds it. Used by Draw and by Inside.

import { h, percent } from "./dom.js";
import { t } from "../strings.js";

export class Bars {
  #columns = Array.from({ length: 10 }, (_, digit) => {
    const bar = h("i");
    const share = h("span", { class: "share" });
    return { bar, share, element: h("div", { class: "column" }, share, h("div", { class: "rail" }, bar), h("b", {}, String(digit))) };
  });

  // With `onpick`, a digit can be picked, and `onpick` is told which.
  constructor(onpick = null) {
    this.onpick = onpick;
    this.chart = h("div", { class: "bars", role: "img" }, this.#columns.map(({ element }) => element));
    this.keys = onpick ? Array.from({ length: 10 }, (_, digit) => h("button", {
      type: "button", "aria-label": t.bars.pick(digit), "aria-pressed": "false", onclick: () => onpick(digit),
    }, String(digit))) : [];
    this.element = onpick ? h("div", { class: "picked" }, this.chart, h("div", { class: "picks", role: "group", "aria-label": t.bars.picks }, this.keys)) : this.chart;
    this.show(null);
  }

  pick(digit) { this.keys.forEach((key, i) => key.setAttribute("aria-pressed", String(i === digit))); }

  show(probabilities) {
    const ranked = probabilities ? [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]) : [];
    this.#columns.forEach(({ bar, share, element }, digit) => {
      const value = probabilities ? probabilities[digit] : 0;
      bar.style.transform = `scaleY(${value})`;
      share.textContent = value >= 0.01 ? percent(value).replace(" %", "").replace("> ", ">") : "";
      element.classList.toggle("first", ranked[0] === digit);
      element.classList.toggle("second", ranked[1] === digit && value >= 0.01);
    });
    const words = ranked.slice(0, 3).filter((digit) => probabilities[digit] >= 0.005)
      .map((digit) => `${digit}: ${percent(probabilities[digit])}`);
    this.chart.setAttribute("aria-label", words.length ? t.bars.label(words.join(", ")) : t.bars.none);
  }
}
