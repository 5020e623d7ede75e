// What the whole reader on the server makes of a drawing: it has a second network, which finds the digits by itself.

import { h } from "../lib/dom.js";
import { t } from "../strings.js";
import { paint } from "../draw/ink.js";

const WAIT_MS = 700; // after the pen was lifted
const LONGEST_SIDE = 900;

export class SecondOpinion {
  #timer = 0;
  #asked = null;

  constructor(drawing, server) {
    this.drawing = drawing;
    this.server = server;
    this.element = h("p", { hidden: true });
    drawing.addEventListener("change", () => this.#wait());
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.element.hidden = true;
    if (!this.server.isThere || this.drawing.live || this.drawing.isEmpty) return;
    this.#timer = setTimeout(() => this.#ask(), WAIT_MS);
  }

  async #ask() {
    if (!this.server.isUp) return;
    this.#asked = new AbortController();
    try {
      const { text } = await this.server.read(await picture(this.drawing), { page: 1 }, this.#asked.signal);
      this.element.textContent = text ? t.draw.second(text.replaceAll("\n", ", ")) : t.draw.secondNone;
      this.element.hidden = false;
    } catch {
      // The page has its own answer; that the server is away is told at the top.
    }
  }
}

// The drawing in black on white, as PNG.
function picture({ strokes, size }) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(size.width, size.height));
  const canvas = h("canvas", { width: Math.round(size.width * scale), height: Math.round(size.height * scale) });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.fillStyle = context.strokeStyle = "#000";
  for (const stroke of strokes) paint(context, stroke);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
