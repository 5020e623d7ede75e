// The strokes of one digit go in, the frame that the network sees comes out: 784 numbers from 0 to 1, or null.
//
// The rule is network/frame.js. The strokes are painted again for it, at one size on every screen, and where the pen
// was finer than MNIST's, as broad as MNIST's: digits does the same with a fine pen
// (reading/recognition/stroke_width.py).

import { frame } from "../network/frame.js";
import { paint } from "./ink.js";

const LONGER_SIDE = 140; // pixels: seven for each of the frame's twenty
const LEAST_WIDTH = 0.1; // of a pen, in parts of the longer side, as in reading/recognition/stroke_width.py
const MARGIN = 12;

let canvas = null;

export function frameOf({ strokes, box }) {
  const longer = Math.max(box.width, box.height);
  const scale = LONGER_SIDE / longer;
  const width = Math.ceil(box.width * scale) + 2 * MARGIN, height = Math.ceil(box.height * scale) + 2 * MARGIN;
  canvas ??= document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.setTransform(scale, 0, 0, scale, MARGIN - box.left * scale, MARGIN - box.top * scale);
  for (const stroke of strokes) paint(context, stroke, { least: LEAST_WIDTH * longer });
  const { data } = context.getImageData(0, 0, width, height);
  // Nothing is painted but ink, so that a pixel's opacity is its ink.
  return frame(Float32Array.from({ length: width * height }, (_, i) => data[4 * i + 3] / 255), width, height);
}
