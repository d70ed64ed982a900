/** Copies a text; where the browser does not let us, selects it. */
import { slot } from "../../views/dom.js";
import { gettext } from "../../views/text.js";

const BACK = 3_000;

export async function copy(button, element, announcer) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    tell(button, gettext("Copied"), announcer);
  } catch {
    getSelection().selectAllChildren(element);
    tell(button, gettext("Selected: press Ctrl+C"), announcer);
  }
}

function tell(button, words, announcer) {
  const name = slot(button, "name");
  button.dataset.name ??= name.textContent;
  name.textContent = words;
  announcer.say(words);
  setTimeout(() => (name.textContent = button.dataset.name), BACK);
}
