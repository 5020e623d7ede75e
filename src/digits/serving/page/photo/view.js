// Photo: a picture or a PDF goes to the server on this machine; its reading lies on the picture, box by box.

import { announce, button, h, percent } from "../lib/dom.js";
import { t } from "../strings.js";
import { asBlob, asCsv, asJson, save } from "./downloads.js";
import { Intake } from "./intake.js";
import { Viewer } from "./viewer.js";

export class PhotoView {
  #asked = null;
  #last = null; // { file, page, reading }

  constructor({ server }, follow) {
    this.server = server;
    this.follow = follow;
    this.intake = new Intake((file) => this.#read(file, 1));
    this.viewer = new Viewer((digit) => this.#choose(digit));
    this.message = h("div", { class: "problem", role: "alert", hidden: true });
    this.busy = h("p", { class: "busy", role: "status", hidden: true }, h("i", { "aria-hidden": "true" }), t.photo.reading);
    this.text = h("textarea", { id: "photo-text", readOnly: true, rows: 4, spellcheck: false });
    this.sure = h("p", { class: "note" });
    this.pages = h("div", { class: "pages", hidden: true },
      this.before = button(t.photo.before, { name: "left", only: true, onclick: () => this.#turn(-1) }),
      this.number = h("span", { "aria-live": "polite" }),
      this.after = button(t.photo.after, { name: "right", only: true, onclick: () => this.#turn(1) }));
    this.copy = button(t.photo.copy, { name: "copy", class: "primary", onclick: () => this.#copy() });
    this.chosen = h("div", { class: "chosen", "aria-live": "polite" }, h("p", { class: "note" }, t.photo.pick));
    this.result = h("div", { class: "result", hidden: true },
      h("div", { class: "picture" }, this.viewer.element, this.pages),
      h("div", { class: "answer" },
        h("div", { class: "card" }, h("h2", {}, h("label", { for: "photo-text" }, t.photo.text)), this.text, this.sure,
          h("div", { class: "set" }, this.copy,
            button("CSV", { name: "download", "aria-label": t.photo.csv, onclick: () => this.#save("csv") }),
            button("JSON", { name: "download", "aria-label": t.photo.json, onclick: () => this.#save("json") }),
            button(t.photo.overlay, { name: "download", onclick: () => this.#save("png") }))),
        h("div", { class: "card" }, h("h2", {}, t.photo.digit), this.chosen)));
    this.element = h("section", { class: "view photo", "aria-labelledby": "photo-title" },
      h("div", { class: "heading" }, h("h1", { id: "photo-title" }, t.photo.title)),
      this.intake.element, this.message, this.busy, this.result);
    addEventListener("paste", (event) => { if (this.element.isConnected) this.intake.takeFrom(event.clipboardData); });
  }

  async #read(file, page) {
    this.#asked?.abort();
    const asked = this.#asked = new AbortController();
    this.#tell(null);
    this.busy.hidden = false;
    announce(t.photo.reading, 0);
    try {
      const reading = await this.#ask(file, page, asked.signal);
      if (asked === this.#asked) await this.#show({ file, page, reading });
    } catch (error) {
      if (error.name !== "AbortError") this.#tell(error.message, () => this.#read(file, page));
    } finally {
      if (asked === this.#asked) this.busy.hidden = true;
    }
  }

  // A server of another release may know nothing of `include`; then the file itself is shown.
  async #ask(file, page, signal) {
    try {
      return await this.server.read(file, { page, include: "frames,picture" }, signal);
    } catch (error) {
      if (error.status !== 400) throw error;
      return this.server.read(file, { page }, signal);
    }
  }

  async #show(last) {
    const { file, page, reading } = last;
    this.#last = last;
    this.intake.shrink(file.name || t.photo.pasted);
    this.result.hidden = false;
    this.text.value = reading.grid?.join("\n") ?? reading.text; // the rows of a printed grid, dots for empty cells
    this.text.rows = Math.min(12, Math.max(2, this.text.value.split("\n").length));
    const digits = reading.lines.flatMap((line) => line.digits);
    const refused = digits.filter((digit) => digit.refusal).length;
    const words = digits.length ? t.photo.found(digits.length, reading.lines.length, refused, percent(reading.confidence)) : t.photo.none;
    this.sure.textContent = words;
    this.copy.disabled = !this.text.value;
    this.pages.hidden = reading.pages < 2;
    this.number.textContent = t.photo.page(page, reading.pages);
    this.before.disabled = page <= 1;
    this.after.disabled = page >= reading.pages;
    this.chosen.replaceChildren(h("p", { class: "note" }, t.photo.pick));
    announce(words);
    await this.viewer.show(reading, await pictureOf(file, reading));
  }

  #choose(digit) {
    const { file } = this.#last;
    const shares = [...digit.probabilities.keys()].sort((a, b) => digit.probabilities[b] - digit.probabilities[a]).slice(0, 3);
    const frame = digit.frame && Float32Array.from(atob(digit.frame), (byte) => byte.charCodeAt(0) / 255);
    this.chosen.replaceChildren(...[
      h("p", { class: digit.refusal ? "value doubt" : "value" }, digit.value === null ? "?" : String(digit.value)),
      h("ul", {}, shares.map((value) => h("li", {}, h("b", {}, String(value)), h("meter", { value: digit.probabilities[value], "aria-label": t.photo.share(value) }), percent(digit.probabilities[value])))),
      digit.refusal && h("p", { class: "note" }, t.photo.refused),
      frame && button(t.draw.inside, { name: "inside", class: "primary", onclick: () => this.follow({ name: file.name || t.photo.pasted, frame, value: digit.value }) }),
    ].filter(Boolean));
  }

  #turn(by) { this.#read(this.#last.file, this.#last.page + by); }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.text.value);
    } catch {
      this.text.select(); // a page that is not served over https may not write there by itself
      document.execCommand("copy");
    }
    this.copy.lastChild.textContent = t.photo.copied;
    announce(t.photo.copied, 0);
    setTimeout(() => { this.copy.lastChild.textContent = t.photo.copy; }, 1600);
  }

  async #save(kind) {
    const { file, page, reading } = this.#last;
    const name = `${(file.name || "digits").replace(/\.[^.]*$/, "")}${reading.pages > 1 ? `-${page}` : ""}`;
    if (kind === "csv") save(`${name}.csv`, asCsv(reading, file.name || "", page), "text/csv");
    if (kind === "json") save(`${name}.json`, asJson(reading), "application/json");
    if (kind !== "png") return;
    try {
      const { overlay } = await this.server.read(file, { page, overlay: "png" });
      save(`${name}-read.png`, asBlob(overlay));
    } catch (error) {
      this.#tell(error.message, () => this.#save(kind));
    }
  }

  #tell(words, again) {
    this.message.hidden = !words;
    if (words) this.message.replaceChildren(h("p", {}, sentence(words)), button(t.boot.again, { onclick: again }));
  }
}

// The messages of the server are made to follow "error: ".
const sentence = (words) => words[0].toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");

// The file itself, in its colours, where the boxes fit it; else the upright grey picture that the server read.
async function pictureOf(file, { picture, width, height, angle }) {
  try {
    const bitmap = await createImageBitmap(file);
    if (!picture || (angle === 0 && bitmap.width === width && bitmap.height === height)) return URL.createObjectURL(file);
  } catch {
    // A PDF, a TIFF, or a picture from an iPhone, which this browser cannot show.
  }
  return picture ?? "";
}
