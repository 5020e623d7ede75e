// Strokes go in, digits come out: which strokes make up one digit, and in which order the digits are read.

import { boxOf } from "./ink.js";

// Parts of the narrower stroke's width that must lie above or below the other one: the bar of a 5, the two of a 4.
const SHARED = 0.35;
// Gaps, in heights of the taller one, at which strokes above each other are still one digit.
const GAP = 0.22;
// A stroke that touches another is part of it if it is no digit by its height.
const SMALL = 0.55;

export function groupStrokes(strokes) {
  let groups = strokes.map((stroke) => ({ strokes: [stroke], box: boxOf([stroke]) }));
  for (let merged = true; merged;) {
    merged = false;
    for (let i = 0; i < groups.length && !merged; i++) {
      for (let j = i + 1; j < groups.length && !merged; j++) {
        if (!isOneDigit(groups[i], groups[j])) continue;
        const joint = [...groups[i].strokes, ...groups[j].strokes];
        groups[i] = { strokes: joint, box: boxOf(joint) };
        groups.splice(j, 1);
        merged = true;
      }
    }
  }
  return inOrder(groups);
}

function isOneDigit(one, other) {
  const a = one.box, b = other.box;
  const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const gap = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
  const tall = Math.max(a.height, b.height), low = Math.min(a.height, b.height);
  if (shared > SHARED * Math.min(a.width, b.width) && gap < GAP * tall) return true;
  return low < SMALL * tall && touch(one.strokes, other.strokes);
}

function touch(some, others) {
  return some.some((one) => others.some((other) => one.points.some((p) => other.points.some((q) =>
    Math.hypot(p.x - q.x, p.y - q.y) < (p.width + q.width) / 2))));
}

// Lines from top to bottom, digits from left to right. A digit belongs to the line whose middle it covers.
function inOrder(groups) {
  const lines = [];
  for (const group of [...groups].sort((one, other) => one.box.top - other.box.top)) {
    const middle = (group.box.top + group.box.bottom) / 2;
    const line = lines.find((known) => known.some(({ box }) => box.top < middle && middle < box.bottom));
    if (line) line.push(group);
    else lines.push([group]);
  }
  for (const line of lines) line.sort((one, other) => one.box.left - other.box.left);
  return lines.flatMap((line, number) => line.map((group) => ({ ...group, line: number })));
}
