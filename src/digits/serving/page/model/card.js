// A model card in Markdown becomes elements: headings, paragraphs, lists, tables, code, bold, links. Nothing in it becomes
// HTML by itself, so a card cannot bring a script along.

import { h } from "../lib/dom.js";

export function renderCard(text) {
  const lines = text.replace(/<!--[^]*?-->/g, "").split("\n");
  const parts = [];
  while (lines.length) {
    if (!lines[0].trim()) lines.shift();
    else if (lines[0].startsWith("```")) parts.push(code(lines));
    else if (/^#{1,6} /.test(lines[0])) parts.push(heading(lines.shift()));
    else if (lines[0].startsWith("|")) parts.push(table(lines));
    else if (/^\s*[-*] /.test(lines[0])) parts.push(list(lines));
    else parts.push(h("p", {}, inline(takeWhile(lines, (line) => line.trim() && !/^(#{1,6} |\||```|\s*[-*] )/.test(line)).join(" "))));
  }
  return h("div", { class: "markdown" }, parts);
}

function takeWhile(lines, test) {
  const taken = [lines.shift()];
  while (lines.length && test(lines[0])) taken.push(lines.shift());
  return taken;
}

function heading(line) {
  const [, marks, words] = line.match(/^(#+) (.*)$/);
  return h(`h${Math.min(6, marks.length + 2)}`, {}, inline(words));
}

function code(lines) {
  lines.shift();
  const content = [];
  while (lines.length && !lines[0].startsWith("```")) content.push(lines.shift());
  lines.shift();
  return h("pre", { tabindex: "0" }, content.join("\n"));
}

function list(lines) {
  const items = [];
  for (const line of takeWhile(lines, (next) => /^(\s*[-*] |\s+\S)/.test(next))) {
    const [, words] = line.match(/^\s*[-*] (.*)$/) ?? [];
    if (words !== undefined) items.push(words);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return h("ul", {}, items.map((item) => h("li", {}, inline(item))));
}

function table(lines) {
  const rows = takeWhile(lines, (line) => line.startsWith("|")).map((line) => line.slice(1).replace(/\|\s*$/, "").split("|").map((cell) => cell.trim()));
  const [head, , ...body] = rows;
  const hasHead = head.some(Boolean);
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": head.filter(Boolean).join(", ") || body[0]?.[0] || "" }, h("table", {},
    hasHead && h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, inline(cell))))),
    h("tbody", {}, body.map((row) => h("tr", {}, row.map((cell, i) => h(i ? "td" : "th", i ? {} : { scope: "row" }, inline(cell))))))));
}

// Code, bold and links. Only addresses of the web become links.
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/).filter(Boolean).map((part) => {
    if (part.startsWith("`")) return h("code", {}, part.slice(1, -1));
    if (part.startsWith("**")) return h("strong", {}, part.slice(2, -2));
    const link = part.match(/^\[([^\]]+)\]\((https?:\/\/[^)]+)\)$/);
    if (link) return h("a", { href: link[2], rel: "noreferrer" }, link[1]);
    return part.replace(/^\[([^\]]+)\]\([^)]+\)$/, "$1");
  });
}
