// Small helpers to build the page: elements, icons, and what screen readers are told.

// h("button", { class: "quiet", onclick: f }, "Undo"): an element with properties, attributes and children.
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && !key.startsWith("aria") && key !== "list" && key !== "role") element[key] = value;
    else element.setAttribute(key === "class" ? "class" : key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// Drawn on 24×24 with a round pen, like what is drawn on the page.
const ICONS = {
  undo: "M9 5 4.5 9.5 9 14M5 9.5h9a5 5 0 0 1 0 10h-4",
  redo: "m15 5 4.5 4.5L15 14m4-4.5h-9a5 5 0 0 0 0 10h4",
  clear: "M5 7h14M10 4h4M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  pen: "m5 19 1-4L16 5l3 3L9 18l-4 1Zm9-12 3 3",
  play: "M8 5.500v13l10.5-6.500L8 5.500Z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4",
  moon: "M20 14.500A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.500Z",
  inside: "M4 8.5 12 4l8 4.5-8 4.5-8-4.500ZM4 12.300l8 4.5 8-4.500M4 16l8 4.5 8-4.5",
  photo: "M4 7.500h3.500L9 5h6l1.5 2.500H20V19H4V7.500ZM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.400Z",
  model: "M4 20V10M9.3 20V4M14.7 20v-8M20 20V7",
  copy: "M9 9h11v11H9V9ZM5 15H4V4h11v1",
  download: "M12 4v11m0 0 4.5-4.500M12 15l-4.5-4.500M5 19.500h14",
  upload: "M12 20V9m0 0 4.5 4.500M12 9l-4.5 4.500M5 4.500h14",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  left: "m14.5 5-7 7 7 7",
  right: "m9.5 5 7 7-7 7",
  lock: "M6 11h12v9H6v-9Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3",
};

export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }));
}

export function button(label, { name, only = false, ...properties }) {
  return h("button", { type: "button", title: only ? label : undefined, "aria-label": only ? label : undefined, ...properties },
    name && icon(name), !only && h("span", {}, label));
}

// A polite live region. The same words twice in a row are said once.
let region = null;
let waiting = 0;
export function announce(words, delay = 600) {
  region ??= document.body.appendChild(h("div", { class: "unseen", role: "status", "aria-live": "polite" }));
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (region.textContent !== words) region.textContent = words; }, delay);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// 0.9987 → "99.9 %". Never "100 %" for what is not certain.
export function percent(share, digits = 0) {
  const shown = (100 * share).toFixed(digits);
  const unit = 10 ** -digits;
  if (Number(shown) >= 100) return `> ${(100 - unit).toFixed(digits)} %`;
  return `${shown} %`;
}
