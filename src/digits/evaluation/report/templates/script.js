"use strict";
(() => {
  // A table that is wider than the screen says so, and can be moved with the keyboard.
  const mark = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      const goesOn = box.scrollWidth > box.clientWidth + 1;
      box.classList.toggle("goes-on", goesOn);
      if (goesOn) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  mark();
  addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true);

  const buttons = [...document.querySelectorAll(".confusion button")];
  const panelOf = (button) => document.getElementById(button.getAttribute("aria-controls"));
  const show = (chosen) => {
    for (const button of buttons) {
      const isOpen = button === chosen;
      button.setAttribute("aria-expanded", String(isOpen));
      panelOf(button).hidden = !isOpen;
    }
  };
  const isOpen = (button) => button.getAttribute("aria-expanded") === "true";
  for (const button of buttons) {
    button.addEventListener("click", () => {
      show(isOpen(button) ? null : button);
      if (isOpen(button)) panelOf(button).scrollIntoView({ block: "nearest", behavior: "smooth" });
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && buttons.some(isOpen)) show(null);
  });
  // The most frequent error stands open, so that the page shows what a cell holds.
  const errors = buttons.filter((button) => !button.closest("td").classList.contains("right"));
  const count = (button) => Number(button.textContent);
  if (errors.length) show(errors.reduce((most, button) => (count(button) > count(most) ? button : most)));
})();
