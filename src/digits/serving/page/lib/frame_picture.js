// A frame, 784 numbers from 0 to 1, as a picture: light ink on black, as the network sees it.

import { h } from "./dom.js";

export class FramePicture {
  constructor(label) {
    this.element = h("canvas", { class: "frame", width: 28, height: 28, role: "img", "aria-label": label });
    this.context = this.element.getContext("2d");
    this.image = this.context.createImageData(28, 28);
    this.show(null);
  }

  show(frame) {
    const { data } = this.image;
    for (let i = 0; i < 784; i++) {
      data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = Math.round(255 * (frame?.[i] ?? 0));
      data[4 * i + 3] = 255;
    }
    this.context.putImageData(this.image, 0, 0);
  }
}
