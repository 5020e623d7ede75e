// Writes digits by itself, stroke by stroke: for who cannot or would rather not draw, and to show the lesson.

import { calm } from "../lib/dom.js";

// Each stroke is a list of points on a field of height 1; curves run through them. Twice the same point is a corner.
const STROKES = {
  0: [[[.36, .02], [.14, .12], [.03, .42], [.08, .78], [.3, .98], [.54, .85], [.62, .5], [.53, .15], [.33, .02]]],
  1: [[[.12, .2], [.34, .02], [.34, .02], [.32, .98]]],
  2: [[[.06, .22], [.2, .03], [.45, .04], [.56, .22], [.45, .48], [.2, .76], [.03, .97], [.03, .97], [.3, .94], [.62, .95]]],
  3: [[[.06, .12], [.28, .01], [.52, .1], [.5, .33], [.24, .46], [.24, .46], [.5, .54], [.58, .76], [.4, .96], [.14, .95], [.02, .84]]],
  4: [[[.3, .02], [.05, .62], [.05, .62], [.62, .62]], [[.46, .34], [.43, .98]]],
  5: [[[.12, .05], [.08, .44], [.08, .44], [.34, .37], [.56, .56], [.5, .85], [.24, .97], [.02, .86]], [[.12, .05], [.56, .04]]],
  6: [[[.46, .02], [.16, .3], [.04, .66], [.16, .94], [.42, .95], [.54, .74], [.42, .54], [.16, .6], [.06, .74]]],
  7: [[[.03, .05], [.58, .04], [.58, .04], [.38, .42], [.22, .98]]],
  8: [[[.5, .14], [.28, .02], [.08, .16], [.2, .38], [.46, .56], [.54, .8], [.3, .98], [.06, .82], [.16, .56], [.42, .38], [.52, .14]]],
  9: [[[.52, .2], [.3, .03], [.08, .18], [.14, .45], [.38, .45], [.52, .2], [.52, .2], [.5, .55], [.42, .98]]],
};
// What makes an 8 of the 3 above: two arcs that close its bays.
const CLOSING = [[[.06, .12], [.02, .27], [.24, .46]], [[.24, .46], [.0, .64], [.02, .84]]];
const WIDTH = 0.62, STEPS = 14, MS_A_STEP = 11;

export class Penman {
  #writing = 0;

  constructor(drawing, pad) {
    this.drawing = drawing;
    this.pad = pad;
  }

  stop() { this.#writing++; }

  // Write one digit to the right of what is there; on a new sheet where no room is left.
  async write(value) {
    const { width, height } = this.drawing.isEmpty ? this.pad.size : this.drawing.size;
    const size = Math.min(0.5 * height, 0.34 * width);
    let left = this.drawing.isEmpty ? 0.08 * width : this.#end() + 0.16 * size;
    if (left + WIDTH * size > 0.96 * width) {
      this.drawing.clear();
      left = 0.08 * width;
    }
    await this.#strokes(STROKES[value], { left, top: (height - size) / 2, size });
  }

  // A 3 whose bays are slowly closed.
  async showLesson() {
    this.drawing.clear();
    const { width, height } = this.pad.size;
    const size = Math.min(0.72 * height, 0.9 * width);
    const place = { left: (width - WIDTH * size) / 2, top: (height - size) / 2, size };
    if (!(await this.#strokes(STROKES[3], place))) return;
    await pause(600);
    await this.#strokes(CLOSING, place, 4);
  }

  #end() {
    const points = this.drawing.strokes.flatMap((stroke) => stroke.points);
    return Math.max(...points.map((point) => point.x + point.width / 2));
  }

  // Return whether nobody took the pen away.
  async #strokes(strokes, { left, top, size }, slowness = 1) {
    const own = ++this.#writing;
    const sheet = this.drawing.isEmpty ? this.pad.size : this.drawing.size;
    const width = Math.min(this.pad.brush * Math.min(sheet.width, sheet.height), 0.13 * size);
    for (const stroke of strokes) {
      const [first, ...rest] = curve(stroke).map(([x, y]) => ({ x: left + x * size, y: top + y * size, width }));
      if (own !== this.#writing || this.drawing.live) return false;
      const line = this.drawing.begin(first, this.pad.size);
      for (let i = 0; i < rest.length; i += calm() ? rest.length : 2) {
        if (!calm()) await pause(MS_A_STEP * slowness);
        if (own !== this.#writing || this.drawing.live !== line) {
          if (this.drawing.live === line) this.drawing.end();
          return false;
        }
        this.drawing.extend(rest.slice(i, i + (calm() ? rest.length : 2)));
      }
      this.drawing.end();
      await pause(calm() ? 300 : 120);
    }
    return true;
  }
}

// Catmull-Rom: a curve through all points.
function curve(points) {
  const at = (i) => points[Math.min(Math.max(i, 0), points.length - 1)];
  const result = [points[0]];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    if (b[0] === c[0] && b[1] === c[1]) continue;
    for (let step = 1; step <= STEPS; step++) {
      const s = step / STEPS;
      result.push([0, 1].map((k) => 0.5 * (2 * b[k] + (c[k] - a[k]) * s +
        (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * s * s + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * s * s * s)));
    }
  }
  return result;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
