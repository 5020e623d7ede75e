// A digit's trace goes in, a sentence about what is happening to it comes out: the moment a 3 turns into an 8.

import { t } from "../strings.js";

const SEEN = 0.6; // a digit has been seen if it was ever this likely
const RISING = 0.05; // how much a second digit must have gained lately to be worth a word
const LATELY = 10; // moments
const NOTABLE = 0.12;

export const leader = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

// The moments at which one digit that had been seen gave way to another: [{ at, from, to }].
export function turns(trace) {
  const found = [];
  let held = null;
  trace.forEach(({ probabilities }, at) => {
    const value = leader(probabilities);
    if (probabilities[value] < SEEN) return;
    if (held !== null && held !== value) found.push({ at: crossing(trace, at, held), from: held, to: value });
    held = value;
  });
  return found;
}

// Go back to the first moment at which the old digit no longer led.
function crossing(trace, at, held) {
  while (at > 0 && leader(trace[at - 1].probabilities) !== held) at--;
  return at;
}

export function tell({ trace, value, confidence, refused }, isDrawing) {
  const now = trace.at(-1).probabilities;
  const before = trace[Math.max(0, trace.length - 1 - LATELY)].probabilities;
  const second = leader(now.map((share, digit) => (digit === value ? -1 : share)));
  const rest = trace.slice(0, -1).findLast(({ isRest }) => isRest);
  const was = rest && rest.probabilities[leader(rest.probabilities)] >= SEEN ? leader(rest.probabilities) : value;
  if (isDrawing && now[second] > NOTABLE && now[second] - before[second] > RISING) {
    return { words: t.lesson.turning(value, second), kind: "turning" };
  }
  if (refused) return { words: t.lesson.refused(value, second), kind: "doubt" };
  if (was !== value) {
    const isUndone = trace.at(-1).strokes < rest.strokes;
    return { words: (isUndone ? t.lesson.back : t.lesson.turned)(was, value), kind: "turned" };
  }
  if (confidence > 0.995) return { words: t.lesson.clear(value), kind: "clear" };
  if (now[second] > NOTABLE) return { words: t.lesson.torn(value, second), kind: "doubt" };
  return { words: t.lesson.likely(value), kind: "clear" };
}
