// Ask for the token of a server that wants one, in a dialog.

import { h } from "../lib/dom.js";
import { t } from "../strings.js";

let asking = null;

// Return what was typed, or null. Several questions at once become one dialog.
export function askToken() {
  asking ??= new Promise((resolve) => {
    const input = h("input", { type: "password", id: "token", autocomplete: "off", required: true });
    const close = (typed) => { dialog.close(); dialog.remove(); asking = null; resolve(typed); };
    const dialog = h("dialog", { class: "card", "aria-labelledby": "token-title", oncancel: () => close(null) },
      h("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); close(input.value); } },
        h("h2", { id: "token-title" }, t.token.title),
        h("label", { for: "token" }, t.token.label), input, h("p", {}, t.token.hint),
        h("div", { class: "set" },
          h("button", { type: "submit", class: "primary" }, t.token.ok),
          h("button", { type: "button", onclick: () => close(null) }, t.token.cancel))));
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}
