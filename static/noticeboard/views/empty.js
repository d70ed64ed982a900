/** The words for an empty list, the end of a full one, and what stands there while it loads. */
import { byId, setHidden } from "./dom.js";
import { gettext } from "./text.js";
import { narrowed } from "./filters.js";

const SLOW = 150; // a wait that is shorter is not worth a word

/** Which words fit, as `_empty` of the server's view has it. */
function kind({ view, ...filters }, handled) {
  if (narrowed(filters)) return "filter";
  if (view === "inbox") return handled ? "handled" : "never";
  return view === "unread" ? "handled" : "view";
}

export class Empty {
  #handled = !document.querySelector('[data-empty="handled"]').hidden;
  #announcer;

  constructor(announcer) {
    this.#announcer = announcer;
  }

  /** `filled`: something is shown; `more`: there is more at the server. */
  show({ filled, more, filters }) {
    if (filled) this.#handled = true;
    const wanted = filled ? "" : kind(filters, this.#handled);
    for (const element of document.querySelectorAll("[data-empty]")) {
      setHidden(element, element.dataset.empty !== wanted, () => byId("heading"));
    }
    setHidden(byId("older"), !more, () => byId("feed").lastElementChild);
    byId("end").hidden = more || !filled;
  }

  /** Show that something loads, if it takes long enough to be noticed, until `promise` settles. */
  async during(promise) {
    const timer = setTimeout(() => this.#loading(true), SLOW);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#loading(false);
    }
  }

  #loading(on) {
    byId("loading").hidden = !on;
    if (on) this.#announcer.say(gettext("Loading notifications"));
    if (byId("feed").hasAttribute("role")) byId("feed").setAttribute("aria-busy", on);
  }
}
