import { h } from "../lib/dom.js";
export class ModelView { constructor() { this.element = h("section", {}); } follow() {} list() {} }
