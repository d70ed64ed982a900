/** The findings as they stand on the page. */
import { byId, setText, slot } from "../../views/dom.js";
import { fill, gettext, ngettext } from "../../views/text.js";

/** A finding is being looked at again. */
export function measuring(id) {
  const step = byId(`step-${id}`);
  step.setAttribute("aria-busy", "true");
  step.dataset.state = "measuring";
  slot(step, "state").textContent = gettext("Checking…");
}

/** Show what the server says. */
export function show({ id, state, word, words, cure = "", fix = "" }) {
  const step = byId(`step-${id}`);
  step.setAttribute("aria-busy", "false");
  step.dataset.state = state;
  slot(step, "state").textContent = word;
  slot(step, "words").textContent = words;
  setText(slot(step, "cure"), cure);
  slot(step, "fix").textContent = fix;
  slot(step, "fix-box").hidden = step.querySelector("[data-copy]").hidden = !fix;
}

/** How many are wrong, in a sentence. */
export function summarize(line) {
  const count = (state) => document.querySelectorAll(`.step[data-state="${state}"]`).length;
  const wrong = count("problem");
  const text = wrong
    ? ngettext("%(count)s thing is wrong.", "%(count)s things are wrong.", wrong)
    : gettext("Nothing is wrong.");
  line.textContent = count("measuring") ? gettext("Checking…") : fill(text, { count: wrong });
}
