// Strokes become ink on a canvas: smooth curves through the middles between points, as broad as the pen was there.

const middle = (one, other) => [(one.x + other.x) / 2, (one.y + other.y) / 2];

// Paint a stroke from its point `from` on. `least` is the finest pen allowed.
export function paint(context, { points }, { from = 0, least = 0 } = {}) {
  context.lineCap = context.lineJoin = "round";
  if (from === 0) dot(context, points[0], least);
  for (let i = Math.max(1, from); i < points.length; i++) {
    const before = points[Math.max(0, i - 2)], control = points[i - 1], here = points[i];
    context.lineWidth = Math.max(least, control.width);
    context.beginPath();
    context.moveTo(...(i === 1 ? [control.x, control.y] : middle(before, control)));
    context.quadraticCurveTo(control.x, control.y, ...middle(control, here));
    // On to the pen itself, or the ink would lag behind by half a step.
    if (i === points.length - 1) context.lineTo(here.x, here.y);
    context.stroke();
  }
}

function dot(context, { x, y, width }, least) {
  context.beginPath();
  context.arc(x, y, Math.max(least, width) / 2, 0, 2 * Math.PI);
  context.fill();
}

// The rectangle that the ink of strokes fills.
export function boxOf(strokes) {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const { points } of strokes) {
    for (const { x, y, width } of points) {
      left = Math.min(left, x - width / 2);
      right = Math.max(right, x + width / 2);
      top = Math.min(top, y - width / 2);
      bottom = Math.max(bottom, y + width / 2);
    }
  }
  return { left, top, right, bottom, width: right - left, height: bottom - top };
}
