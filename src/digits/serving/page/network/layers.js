// The layers of the network, on flat Float32Arrays: channel by channel, row by row. No layer changes its input.

// A margin of zeros, one pixel wide, around each map: what "same" padding means.
function pad(maps, channels, size) {
  const wide = size + 2;
  const padded = new Float32Array(channels * wide * wide);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < size; y++) {
      const from = (channel * size + y) * size;
      padded.set(maps.subarray(from, from + size), (channel * wide + y + 1) * wide + 1);
    }
  }
  return padded;
}

// 3×3 convolution. Kernels lie filter by filter, and in each, input channel by input channel.
export function convolve(maps, { inputs, outputs, kernel, bias }, size) {
  const padded = pad(maps, inputs, size);
  const wide = size + 2, area = size * size;
  const result = new Float32Array(outputs * area);
  for (let filter = 0; filter < outputs; filter++) {
    const start = filter * area;
    result.fill(bias[filter], start, start + area);
    for (let channel = 0; channel < inputs; channel++) {
      const k = (filter * inputs + channel) * 9;
      // Nine names instead of nine look-ups a pixel: three times as fast.
      const a = kernel[k], b = kernel[k + 1], c = kernel[k + 2];
      const d = kernel[k + 3], e = kernel[k + 4], f = kernel[k + 5];
      const g = kernel[k + 6], h = kernel[k + 7], i = kernel[k + 8];
      let at = start;
      for (let y = 0; y < size; y++) {
        let top = (channel * wide + y) * wide, middle = top + wide, low = middle + wide;
        for (let x = 0; x < size; x++, top++, middle++, low++, at++) {
          result[at] +=
            a * padded[top] + b * padded[top + 1] + c * padded[top + 2] +
            d * padded[middle] + e * padded[middle + 1] + f * padded[middle + 2] +
            g * padded[low] + h * padded[low + 1] + i * padded[low + 2];
        }
      }
    }
  }
  return result;
}

export function rectify(values) {
  return values.map((value) => (value > 0 ? value : 0));
}

// The largest of each 2×2 pixels. An odd last row or column is left out, as in ONNX.
export function pool(maps, channels, size) {
  const half = size >> 1;
  const result = new Float32Array(channels * half * half);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++, at++) {
        const corner = (channel * size + 2 * y) * size + 2 * x;
        result[at] = Math.max(maps[corner], maps[corner + 1], maps[corner + size], maps[corner + size + 1]);
      }
    }
  }
  return result;
}

// Batch normalization, folded into a factor and a summand for each channel.
export function normalize(values, { factor, summand, outputs }) {
  const area = values.length / outputs;
  return values.map((value, i) => value * factor[(i / area) | 0] + summand[(i / area) | 0]);
}

export function connect(values, { inputs, outputs, kernel, bias }) {
  const result = Float32Array.from(bias);
  for (let unit = 0; unit < outputs; unit++) {
    let sum = 0;
    for (let i = 0, k = unit * inputs; i < inputs; i++, k++) sum += values[i] * kernel[k];
    result[unit] += sum;
  }
  return result;
}

// Dividing by the temperature changes how sure the network is, never its answer.
export function softmax(logits, temperature = 1) {
  const most = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return Float32Array.from(powers, (power) => power / sum);
}
