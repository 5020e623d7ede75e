// What surrounds the views: the name, the tabs, the state of the server, the theme, and messages about the whole page.

import { announce, h, icon, svg } from "./dom.js";
import { themeButton } from "./theme.js";
import { t } from "../strings.js";

const ICONS = { draw: "pen", inside: "inside", photo: "photo", model: "model" };

export class Frame {
  constructor(names, server, onpaint) {
    this.links = Object.fromEntries(names.map((name) =>
      [name, h("a", { href: `#${name}` }, icon(ICONS[name]), h("span", {}, t.tabs[name]))]));
    this.hasServer = server.isThere;
    this.main = h("main", { id: "main", tabindex: "-1" });
    this.message = h("div", { class: "message", role: "alert", hidden: true });
    this.away = h("div", { class: "message away", role: "status", hidden: true });
    this.state = h("span", { class: "state" }, h("i", { "aria-hidden": "true" }), h("span", {}, server.isThere ? t.server.up : ""));
    this.element = h("div", { class: "page" },
      h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); this.main.focus(); } }, t.skip),
      h("header", {},
        h("a", { class: "logo", href: "#draw" }, mark(), h("span", {}, t.name)),
        h("nav", { "aria-label": t.tabs.label }, Object.values(this.links)),
        this.state, themeButton(onpaint)),
      this.message, this.away, this.main,
      h("footer", {}, h("p", {}, t.footer.words), h("a", { href: "page/licences.txt" }, t.footer.licences)));
    if (server.isThere) server.addEventListener("state", () => this.#follow(server));
  }

  show(name, view) {
    for (const [other, link] of Object.entries(this.links)) {
      if (other === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${t.tabs[name]} · ${t.name}`;
    if (view.parentElement === this.main) return;
    this.main.replaceChildren(view);
    scrollTo(0, 0);
  }

  // Say something about the whole page, or nothing.
  tell(words, ...more) {
    this.message.hidden = !words;
    if (words) this.message.replaceChildren(h("p", {}, words), ...more);
  }

  // Without a server, say whose network it is.
  name({ name, accuracy }) {
    if (!this.hasServer) this.state.lastChild.textContent = t.server.static(name, accuracy);
  }

  #follow({ isUp }) {
    this.state.classList.toggle("down", !isUp);
    this.state.lastChild.textContent = isUp ? t.server.up : t.server.downShort;
    this.away.hidden = isUp;
    this.away.textContent = isUp ? "" : t.server.away;
    if (isUp) announce(t.server.back, 0);
  }
}

// A 3 that closes to an 8, on squared paper.
function mark() {
  return svg("svg", { viewBox: "0 0 32 32", "aria-hidden": "true", class: "mark-8" },
    svg("rect", { width: 32, height: 32, rx: 8 }),
    svg("path", { class: "rest", d: "M10.4 9c-1.3 3.1.6 5.600 3.800 6.900-4.300 1.200-6 4.200-4.500 7.400" }),
    svg("path", { d: "M10.4 9c2.200-3.200 10.300-2.800 9.900 2-.3 3.200-3.500 4.500-6.100 4.900 3.400-.2 7.700 1.200 7.400 5-.4 5.600-9.200 5.600-11.900 2.400" }));
}
