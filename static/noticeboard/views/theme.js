/** The switch of the colours: automatic, light, dark, kept as Django's admin keeps it. */
import { byId, setIcon, slot } from "./dom.js";
import { gettext } from "./text.js";

const ORDER = ["auto", "light", "dark"];
const ICONS = { auto: "sun-moon", light: "sun", dark: "moon" };

let theme = kept();

function kept() {
  try {
    const stored = localStorage.getItem("theme");
    return ORDER.includes(stored) ? stored : "auto";
  } catch {
    return "auto";
  }
}

/** The one that is chosen. */
export const chosen = () => theme;

/** Choose another; views that show the choice hear `noticeboard:theme`. */
export function choose(name) {
  theme = name;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  show();
  document.dispatchEvent(new Event("noticeboard:theme"));
}

function show() {
  const button = byId("theme");
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  setIcon(button, ICONS[theme]);
  slot(button, "name").textContent = {
    auto: gettext("Colours: automatic"),
    light: gettext("Colours: light"),
    dark: gettext("Colours: dark"),
  }[theme];
}

export function startTheme() {
  const next = () => choose(ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length]);
  byId("theme").hidden = false;
  byId("theme").addEventListener("click", next);
  show();
}
