// The confusion matrix as a table: a row for each true digit, a column for each answer; errors in red, stronger for more.

import { h } from "../lib/dom.js";
import { t } from "../strings.js";

export function confusionTable(rows) {
  const most = Math.max(...rows.flatMap((row, label) => row.filter((_, value) => value !== label)), 1);
  const wrong = rows.map((row, label) => row.reduce((sum, count) => sum + count, 0) - row[label]);
  const cell = (count, label, value) => {
    const element = h("td", { class: label === value ? "right" : count ? "wrong" : "", title: t.model.cell(count, label, value) }, count ? count.toLocaleString("en") : h("span", { class: "unseen" }, "0"));
    element.style.setProperty("--share", `${Math.round(18 + 52 * count / most)}%`);
    return element;
  };
  const worst = rows.flatMap((row, label) => row.map((count, value) => ({ count, label, value })))
    .filter(({ label, value, count }) => label !== value && count).sort((one, other) => other.count - one.count).slice(0, 3);
  return h("div", {},
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t.model.confusion },
      h("table", { class: "confusion" },
        h("caption", {}, t.model.confusionMore),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t.model.label), rows.map((_, value) => h("th", { scope: "col" }, String(value))), h("th", { scope: "col" }, t.model.wrong))),
        h("tbody", {}, rows.map((row, label) => h("tr", {}, h("th", { scope: "row" }, String(label)), row.map((count, value) => cell(count, label, value)), h("td", { class: "sum" }, String(wrong[label]))))))),
    worst.length > 0 && h("p", { class: "note" }, t.model.worst(worst)));
}
