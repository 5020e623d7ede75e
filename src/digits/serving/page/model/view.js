// Model: what is known about the network in use: measured figures, its errors, its card. Chooses among models.

import { h, percent } from "../lib/dom.js";
import { t } from "../strings.js";
import { renderCard } from "./card.js";
import { confusionTable } from "./confusion.js";

export class ModelView {
  constructor({ network }, onchoose) {
    this.network = network;
    this.select = h("select", { id: "model", onchange: () => onchoose(this.select.value) });
    this.choice = h("div", { class: "choice", hidden: true }, h("label", { for: "model" }, t.model.choose), this.select);
    this.body = h("div", { class: "columns" }, h("p", { class: "note" }, t.model.none));
    this.element = h("section", { class: "view model", "aria-labelledby": "model-title" },
      h("div", { class: "heading" }, h("h1", { id: "model-title" }, t.model.title), this.choice), this.body);
  }

  // The server's models, and which of them is in use.
  list(models, chosen) {
    this.models = models;
    this.select.replaceChildren(...models.map(({ name }) => h("option", { value: name, selected: name === chosen }, name)));
    this.choice.hidden = models.length < 2;
    this.model = models.find(({ name }) => name === chosen);
  }

  // Called when the network of the chosen model is there.
  onnetwork() {
    const { model } = this;
    this.body.replaceChildren(
      h("div", { class: "side" }, this.#figures(model), this.#facts(model)),
      h("div", { class: "main" },
        h("div", { class: "card" }, h("h2", {}, t.model.confusion), model.confusion_matrix ? confusionTable(model.confusion_matrix) : h("p", { class: "note" }, t.model.noConfusion)),
        model.card && h("details", { class: "card text", open: true }, h("summary", {}, h("h2", {}, t.model.card)), renderCard(model.card))));
  }

  #figures({ measured: { test_accuracy: accuracy, test_interval: interval, test_n: count } = {} }) {
    if (accuracy === undefined || accuracy === null) return h("div", { class: "card" }, h("p", {}, t.model.unmeasured));
    return h("div", { class: "card headline" },
      h("p", { class: "figure" }, percent(accuracy, 2)),
      h("p", {}, t.model.accuracy(count.toLocaleString("en"), Math.round(count * (1 - accuracy)))),
      interval && h("p", { class: "note" }, t.model.interval(percent(interval[0], 2), percent(interval[1], 2))));
  }

  #facts({ measured = {}, recipe, dataset, precision, sha256, versions }) {
    const { header } = this.network;
    const rows = [
      [t.model.parameters, header.parameters.toLocaleString("en")],
      [t.model.ece, measured.ece?.toFixed(4)],
      [t.model.loss, measured.test_loss?.toFixed(4)],
      [t.model.temperature, header.temperature],
      [t.model.refusal, percent(header.min_confidence, 1)],
      [t.model.recipe, recipe],
      [t.model.data, dataset],
      [t.model.precision, precision],
      [t.model.hash, sha256 && h("code", {}, sha256.slice(0, 12))],
      [t.model.made, versions && Object.entries(versions).filter(([name]) => ["python", "keras", "onnxruntime"].includes(name)).map((pair) => pair.join(" ")).join(", ")],
    ].filter(([, value]) => value !== undefined && value !== null && value !== "");
    return h("div", { class: "card" }, h("h2", {}, t.model.facts),
      h("table", {}, h("tbody", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))))),
      h("p", { class: "note" }, t.model.here));
  }
}
