// Where a picture comes in: dropped, pasted, chosen, or taken with the camera.

import { h, icon } from "../lib/dom.js";
import { isLoopback } from "../server/api.js";
import { t } from "../strings.js";

const KINDS = "image/*,application/pdf,.heic,.heif,.tif,.tiff";

export class Intake {
  constructor(ontake) {
    this.ontake = ontake;
    const choose = this.#input("choose", { accept: KINDS });
    const camera = this.#input("camera", { accept: "image/*", capture: "environment" });
    this.words = h("p", { class: "lead" }, matchMedia("(pointer: coarse)").matches ? t.photo.bring : t.photo.drop);
    this.element = h("div", { class: "intake" },
      h("div", { class: "target", "aria-hidden": "true" }, icon("photo")),
      h("div", { class: "invite" }, this.words,
        h("div", { class: "set" },
          choose, h("label", { for: "choose", class: "button primary" }, icon("upload"), t.photo.choose),
          camera, h("label", { for: "camera", class: "button camera" }, icon("photo"), t.photo.camera)),
        h("p", { class: "note private" }, icon("lock"), h("span", {}, isLoopback() ? t.photo.private : t.photo.privateServer(location.host)))));
    this.#listen();
  }

  takeFrom(data) {
    const file = [...(data?.files ?? [])][0];
    if (file) this.ontake(file);
    return Boolean(file);
  }

  // Make room for the result.
  shrink(name) {
    this.element.classList.add("small");
    this.words.textContent = name;
  }

  #input(id, properties) {
    const input = h("input", {
      type: "file", id, class: "unseen", onchange: () => {
        this.takeFrom(input);
        input.value = ""; // so that the same file may be chosen again
      },
    });
    for (const [name, value] of Object.entries(properties)) input.setAttribute(name, value);
    return input;
  }

  // A file may be dropped anywhere on the window while Photo is shown.
  #listen() {
    const isOurs = (event) => this.element.isConnected && [...(event.dataTransfer?.types ?? [])].includes("Files");
    addEventListener("dragover", (event) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      this.element.classList.add("over");
    });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) this.element.classList.remove("over"); });
    addEventListener("drop", (event) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      this.element.classList.remove("over");
      this.takeFrom(event.dataTransfer);
    });
  }
}
