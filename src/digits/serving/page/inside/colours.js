// Numbers become colours: strength from black over blue to white, and signs as red (against) and blue (for).

const STOPS = [[8, 10, 16], [36, 54, 200], [147, 164, 255], [255, 255, 255]];
const FOR = [46, 68, 224], AGAINST = [214, 60, 34], NOTHING = [246, 244, 240];

const mix = (one, other, share) => one.map((value, i) => Math.round(value + (other[i] - value) * share));

// Packed for a Uint32Array over an ImageData, which all machines that run browsers keep little-endian.
const packed = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

export const STRENGTH = Uint32Array.from({ length: 256 }, (_, level) => {
  const at = (level / 255) * (STOPS.length - 1), i = Math.min(STOPS.length - 2, Math.floor(at));
  return packed(mix(STOPS[i], STOPS[i + 1], at - i));
});

// From -1, against, over 0 to 1, for.
export const sign = (value) => {
  const [red, green, blue] = mix(NOTHING, value < 0 ? AGAINST : FOR, Math.min(1, Math.abs(value)));
  return `rgb(${red} ${green} ${blue})`;
};
