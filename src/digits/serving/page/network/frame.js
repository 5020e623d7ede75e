// From ink to the frame that the network sees. This is the code of docs/javascript.md, which explains it; a test compares
// the two.

const SIZE = 28, BOX = 20, FAINTEST = 0.5 / 255;

// To the nearest whole number, halves to the even one.
function round(value) {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 ? up - 1 : up;
}

// Give 784 numbers from 0 to 1, or null where nothing is drawn.
export function frame(ink, width, height) {
  let left = width, top = height, right = -1, bottom = -1;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    if (!(ink[y * width + x] > FAINTEST)) continue;
    left = Math.min(left, x); right = Math.max(right, x);
    top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  if (right < 0) return null;

  // Scale the longer side to 20 px. Each new pixel is the mean of the area it covers; at its edges, pixels count in part.
  const w = right - left + 1, h = bottom - top + 1, scale = BOX / Math.max(w, h);
  const columns = Math.max(1, round(w * scale)), rows = Math.max(1, round(h * scale));
  const levels = new Float64Array(columns * rows);
  let mass = 0, sumX = 0, sumY = 0;
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
    const x0 = column * w / columns, x1 = (column + 1) * w / columns;
    const y0 = row * h / rows, y1 = (row + 1) * h / rows;
    let sum = 0;
    for (let y = Math.floor(y0); y < Math.min(y1, h); y++) for (let x = Math.floor(x0); x < Math.min(x1, w); x++)
      sum += ink[(top + y) * width + left + x] * (Math.min(y1, y + 1) - Math.max(y0, y)) * (Math.min(x1, x + 1) - Math.max(x0, x));
    const mean = sum / ((x1 - x0) * (y1 - y0));
    levels[row * columns + column] = Math.floor(255 * mean + 0.500001);  // a little more, against rounding errors
    mass += mean; sumX += mean * column; sumY += mean * row;
  }
  if (!levels.some((level) => level > 0)) return null;  // too faint to leave a trace

  // Move the centre of mass to the centre, by whole pixels, and never beyond the border.
  const place = (centre, size) => Math.min(Math.max(round(SIZE / 2 - Math.round(centre * 1e6) / 1e6), 0), SIZE - size);
  const x = place(sumX / mass, columns), y = place(sumY / mass, rows);
  const result = new Float32Array(SIZE * SIZE);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++)
    result[(y + row) * SIZE + x + column] = levels[row * columns + column] / 255;
  return result;
}
