/** The switch of the colours: automatic, light, dark, kept as Django's admin keeps it. */
import { byId, setIcon, slot } from "./dom.js";
import { gettext } from "./text.js";

const ORDER = ["auto", "light", "dark"];
const ICONS = { auto: "sun-moon", light: "sun", dark: "moon" };

export function kept() {
  try {
    const theme = localStorage.getItem("theme");
    return ORDER.includes(theme) ? theme : "auto";
  } catch {
    return "auto";
  }
}

function keep(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function startTheme() {
  const button = byId("theme");
  let theme = kept();
  const show = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    setIcon(button, ICONS[theme]);
    slot(button, "name").textContent = {
      auto: gettext("Colours: automatic"),
      light: gettext("Colours: light"),
      dark: gettext("Colours: dark"),
    }[theme];
  };
  button.hidden = false;
  const choose = (name) => {
    theme = name;
    keep(theme);
    show();
  };
  button.addEventListener("click", () => choose(ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length]));
  document.addEventListener("noticeboard:theme", ({ detail }) => choose(detail));
  show();
}
