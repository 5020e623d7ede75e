import { h } from "../lib/dom.js";
export class PhotoView { constructor() { this.element = h("section", {}); } follow() {} list() {} }
