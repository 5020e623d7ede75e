// The network: its bytes go in (serving/network.py writes them), an object that runs frames comes out.

import { connect, convolve, normalize, pool, rectify, softmax } from "./layers.js";

export const SIZE = 28;
const FORMAT = 1;

export function parse(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  if (header.format !== FORMAT) throw new Error(`expected a network of format ${FORMAT}, got ${header.format}`);
  let at = 4 + length;
  const take = (count) => {
    const values = new Float32Array(buffer, at, count);
    at += 4 * count;
    return values;
  };
  const layers = header.layers.map((layer) => {
    const { inputs, outputs } = layer;
    const kernel = take(outputs * inputs * (layer.kind === "conv" ? 9 : 1));
    const bias = take(outputs);
    return { ...layer, kernel, bias, ...(layer.norm ? { factor: take(outputs), summand: take(outputs) } : {}) };
  });
  // The directions of the examples' features, as whole numbers; only the angle between two of them counts.
  const features = new Int16Array(buffer, at, header.examples * layers.at(-2).outputs);
  return { header, layers, features };
}

// Run a frame, 784 numbers from 0 to 1. `maps` are the outputs of the convolutions after ReLU, before pooling.
export function run({ header, layers }, frame) {
  const maps = [];
  let values = frame, size = SIZE, features = null;
  for (const layer of layers) {
    if (layer.kind === "conv") {
      values = rectify(convolve(values, layer, size));
      maps.push({ name: layer.name, channels: layer.outputs, size, values });
      if (layer.pool) {
        values = pool(values, layer.outputs, size);
        size >>= 1;
      }
    } else {
      values = connect(values, layer);
      if (layer.relu) values = rectify(values);
    }
    if (layer.norm) values = normalize(values, layer);
    if (layer.kind === "dense" && layer.norm) features = values;
  }
  return { maps, features, logits: values, probabilities: softmax(values, header.temperature) };
}

// The examples whose features point most nearly in the same direction: index and cosine, best first.
export function nearest({ header, features }, own, count) {
  const width = own.length;
  const scored = [];
  for (let i = 0; i < header.examples; i++) {
    let dot = 0, square = 0;
    for (let j = 0; j < width; j++) {
      const value = features[i * width + j];
      dot += value * own[j];
      square += value * value;
    }
    scored.push({ index: i, cosine: dot / (Math.sqrt(square) * Math.hypot(...own) || 1) });
  }
  return scored.sort((one, other) => other.cosine - one.cosine).slice(0, count);
}
