// Light or dark: as the system has it, or as was chosen here. The choice is kept on this machine.

import { h, icon } from "./dom.js";
import { t } from "../strings.js";

const KEY = "digits-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const current = () => document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light");

export function themeButton(onchange) {
  const chosen = localStorage.getItem(KEY);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  const element = h("button", {
    type: "button", class: "quiet",
    onclick: () => {
      const next = current() === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      localStorage.setItem(KEY, next);
      show();
    },
  });
  const show = () => {
    const isDark = current() === "dark";
    const label = isDark ? t.theme.toLight : t.theme.toDark;
    element.replaceChildren(icon(isDark ? "sun" : "moon"));
    element.setAttribute("aria-label", label);
    element.title = label;
    onchange();
  };
  system.addEventListener("change", show);
  show();
  return element;
}
