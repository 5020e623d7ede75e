import { h } from "../lib/dom.js";
export class InsideView { constructor() { this.element = h("section", {}); } follow() {} list() {} }
