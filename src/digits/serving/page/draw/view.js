// Draw: the pad and its tools on one side, the reading as it changes on the other.

import { announce, button, h, percent } from "../lib/dom.js";
import { FramePicture } from "../lib/frame_picture.js";
import { t } from "../strings.js";
import { Bars } from "../lib/bars.js";
import { tell } from "./lesson.js";
import { Tools } from "./tools.js";
import { Trace } from "./trace.js";

export class DrawView {
  // `shared` holds drawing, pad, recognizer, penman and second (the server's opinion); `follow` shows a digit Inside.
  constructor(shared, follow) {
    Object.assign(this, shared);
    this.follow = follow;
    this.slot = h("div", { class: "slot" });
    this.text = h("p", { class: "text", "aria-label": t.draw.reading });
    this.caption = h("p", { class: "caption" });
    this.sure = h("p", { class: "sure" });
    this.bars = new Bars();
    this.trace = new Trace((moment) => this.#lookAt(moment));
    this.picture = new FramePicture(t.draw.frame);
    this.inside = button(t.draw.inside, { name: "inside", class: "primary", onclick: () => this.current && follow(this.current) });
    this.second.element.classList.add("second-opinion");
    this.element = h("section", { class: "view draw", "aria-labelledby": "draw-title" },
      h("h1", { id: "draw-title", class: "unseen" }, t.draw.title),
      h("div", { class: "sheet" }, this.slot, new Tools(shared).element),
      h("div", { class: "answer" },
        h("div", { class: "card reading" },
          h("div", { class: "said" }, this.text, this.sure),
          h("figure", {}, this.picture.element, h("figcaption", {}, t.draw.seen)),
          this.caption, this.inside),
        h("div", { class: "card" }, h("h2", {}, t.bars.title), this.bars.element, this.second.element),
        h("div", { class: "card" }, h("h2", {}, t.trace.title), this.trace.element),
      ));
    this.recognizer.addEventListener("reading", () => this.show());
    this.pad.onfit = () => this.#mark();
    this.show();
  }

  onnetwork() { this.show(); }

  enter() { this.slot.append(this.pad.element); }

  get current() { return this.recognizer.current; }

  show() {
    const { current } = this;
    this.#write();
    this.#mark();
    this.bars.show(current?.probabilities);
    this.trace.show(current?.trace);
    this.picture.show(current?.frame);
    this.inside.disabled = !current;
    const lesson = current ? tell(current, Boolean(this.drawing.live)) : { words: this.network.header ? t.lesson.empty : t.boot.loading, kind: "clear" };
    this.caption.textContent = lesson.words;
    this.caption.dataset.kind = lesson.kind;
    this.sure.textContent = current ? t.draw.sure(percent(current.confidence)) : "";
    if (current) announce(t.draw.spoken(this.recognizer.text.replace("\n", ", "), percent(this.#least()), lesson.words));
  }

  #least() { return Math.min(...this.recognizer.digits.map(({ confidence }) => confidence)); }

  // The reading, large. Where there are several digits, each is a button that shows its own bars.
  #write() {
    const { digits } = this.recognizer;
    const focused = [...this.text.querySelectorAll("button")].indexOf(document.activeElement);
    const shown = digits.map((digit) => {
      const written = digit.refused ? "?" : String(digit.value);
      const name = digit.refused ? t.draw.refusedDigit : t.draw.digit(digit.value, percent(digit.confidence));
      return h("button", {
        type: "button", class: digit.refused ? "doubt" : "", "aria-label": name, "aria-pressed": String(digit === this.current),
        onclick: () => { this.recognizer.chosen = digit.key; this.show(); },
      }, written);
    });
    const lines = [];
    shown.forEach((one, i) => (lines[digits[i].line] ??= h("span", { class: "line" })).append(one));
    this.text.replaceChildren(...(lines.length ? lines.filter(Boolean) : [h("span", { class: "none", "aria-hidden": "true" }, "–")]));
    this.text.dataset.length = String(Math.min(12, Math.max(0, ...lines.map((line) => line?.childElementCount ?? 0)) + 2 * Math.max(0, lines.length - 1)));
    if (focused >= 0) shown[Math.min(focused, shown.length - 1)]?.focus();
  }

  // A bracket under each digit on the pad, where there are several, so that one sees what was taken together.
  #mark() {
    const { digits } = this.recognizer;
    this.pad.marks.replaceChildren(...(digits.length < 2 ? [] : digits.map((digit) => {
      const mark = h("div", { class: `mark${digit === this.current ? " chosen" : ""}${digit.refused ? " doubt" : ""}`, "aria-hidden": "true" },
        h("span", {}, digit.refused ? "?" : String(digit.value)));
      for (const [side, value] of Object.entries(this.pad.place(digit.box))) mark.style[side] = `${value}px`;
      return mark;
    })));
  }

  #lookAt(moment) {
    const shown = moment ?? this.current;
    this.bars.show(shown?.probabilities);
    this.picture.show(shown?.frame);
  }
}
