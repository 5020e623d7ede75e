// The tools of the pad: undo, redo, clear, the brush, and ten keys with which the page writes by itself. With the keyboard
// on the pad: digits write, Backspace or Ctrl-Z takes back, Ctrl-Y or Ctrl-Shift-Z does it again, Delete clears.

import { button, h } from "../lib/dom.js";
import { t } from "../strings.js";

export class Tools {
  constructor({ drawing, pad, penman }) {
    const stop = () => penman.stop();
    const undo = () => { stop(); drawing.undo(); };
    const redo = () => { stop(); drawing.redo(); };
    const clear = () => { stop(); drawing.clear(); };
    this.undo = button(t.tools.undo, { name: "undo", only: true, onclick: undo });
    this.redo = button(t.tools.redo, { name: "redo", only: true, onclick: redo });
    this.clear = button(t.tools.clear, { name: "clear", onclick: clear });
    const brush = h("input", {
      type: "range", min: "1.5", max: "11", step: "0.5", value: String(100 * pad.brush), "aria-label": t.tools.brush,
      oninput: () => { pad.brush = brush.value / 100; dot.style.setProperty("--brush", brush.value); },
    });
    const dot = h("i", { class: "nib", "aria-hidden": "true" });
    dot.style.setProperty("--brush", brush.value);
    const keys = Array.from({ length: 10 }, (_, digit) =>
      h("button", { type: "button", class: "key", "aria-label": t.tools.write(digit), onclick: () => penman.write(digit) }, String(digit)));
    this.element = h("div", { class: "tools" },
      h("div", { class: "row" }, h("div", { class: "set" }, this.undo, this.redo, this.clear),
        h("label", { class: "brush" }, h("span", { class: "unseen" }, t.tools.brush), dot, brush),
        button(t.tools.lesson, { name: "play", class: "lesson", onclick: () => penman.showLesson() })),
      h("div", { class: "row keys", role: "group", "aria-label": t.tools.keys }, h("span", { "aria-hidden": "true" }, t.tools.keys), h("div", { class: "dial" }, keys)));
    pad.onpen = stop;
    pad.canvas.addEventListener("keydown", (event) => {
      const held = event.ctrlKey || event.metaKey;
      if (!held && !event.altKey && /^[0-9]$/.test(event.key)) penman.write(Number(event.key));
      else if (event.key === "Delete" || event.key === "Escape") clear();
      else if (event.key === "Backspace") undo();
      else return;
      event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || !pad.element.isConnected || event.target.matches?.("input[type=text], input[type=password]")) return;
      const key = event.key.toLowerCase();
      if (key === "z") (event.shiftKey ? redo : undo)();
      else if (key === "y") redo();
      else return;
      event.preventDefault();
    });
    const show = () => {
      this.undo.disabled = !drawing.canUndo;
      this.redo.disabled = !drawing.canRedo;
      this.clear.disabled = drawing.isEmpty;
    };
    drawing.addEventListener("change", show);
    show();
  }
}
