// The network in a thread of its own, so that the pen never waits for it. Messages are listed in client.js.

import { parse, run, nearest, SIZE } from "./network.js";

const PATCH = 5; // pixels: covers a stroke, and leaves its neighbours
const STEP = 2; // pixels from patch to patch
let network = null;
let covering = 0;

onmessage = async ({ data: { id, kind, ...message } }) => {
  try {
    if (kind === "load") {
      network = parse(message.buffer);
      const kernels = network.layers.map((layer) => layer.kernel);
      postMessage({ id, header: network.header, kernels });
    } else if (kind === "run") {
      answer(id, message);
    } else if (kind === "cover") {
      await cover(id, message.frame);
    } else {
      covering++;
      postMessage({ id });
    }
  } catch (error) {
    postMessage({ id, error: error.message });
  }
};

function answer(id, { frame, inside }) {
  const { maps, features, logits, probabilities } = run(network, frame);
  const found = { probabilities, features };
  if (inside) Object.assign(found, { maps, logits, nearest: nearest(network, features, 12) });
  postMessage({ id, found }, inside ? maps.map((map) => map.values.buffer) : []);
}

// What covering each part of the frame with paper does to the probability of the answer. Row by row, so that frames
// that are drawn meanwhile come first.
async function cover(id, frame) {
  const own = ++covering;
  const whole = run(network, frame).probabilities;
  const value = whole.indexOf(Math.max(...whole));
  const side = SIZE / STEP;
  const change = new Float32Array(side * side), answers = new Uint8Array(side * side).fill(value);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const covered = withPatch(frame, row * STEP, column * STEP);
      if (!covered) continue; // there is no ink to cover
      const { probabilities } = run(network, covered);
      change[row * side + column] = probabilities[value] - whole[value];
      answers[row * side + column] = probabilities.indexOf(Math.max(...probabilities));
    }
    await new Promise((resolve) => setTimeout(resolve));
    if (own !== covering) return postMessage({ id, stopped: true });
  }
  postMessage({ id, found: { side, value, change, answers } });
}

function withPatch(frame, row, column) {
  const top = Math.max(0, row - 2), left = Math.max(0, column - 2);
  let covered = null;
  for (let y = top; y < Math.min(SIZE, row + PATCH - 1); y++) {
    for (let x = left; x < Math.min(SIZE, column + PATCH - 1); x++) {
      if (frame[y * SIZE + x] === 0) continue;
      covered ??= Float32Array.from(frame);
      covered[y * SIZE + x] = 0;
    }
  }
  return covered;
}
