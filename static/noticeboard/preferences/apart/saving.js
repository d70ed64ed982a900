/** Saves what controls ask for, one after the other, and says beside each what became of it. */
import { browser } from "../../client/env.js";
import { request } from "../../client/requests.js";
import { slot } from "../../views/dom.js";
import { fill, gettext } from "../../views/text.js";
import { preferences, take } from "../mine.js";

export class Saving {
  #url;
  #csrf;
  #announcer;
  #last = Promise.resolve();
  #busy = new Map(); // row → how many of its changes are on their way

  constructor({ url, csrf, announcer }) {
    this.#url = url;
    this.#csrf = csrf;
    this.#announcer = announcer;
  }

  /** Is a change of this row on its way? Then what it shows is not to be touched. */
  busy(row) {
    return this.#busy.has(row);
  }

  /**
   * Send a change. `restore()` puts the row's controls back to what the preferences say, for when
   * it is refused. Resolves when it is known what became of it.
   */
  save(row, change, restore) {
    this.#count(row, 1);
    say(row, "");
    const done = this.#last.then(() => this.#send(row, change, restore));
    this.#last = done;
    return done;
  }

  async #send(row, change, restore) {
    try {
      const told = await request(browser(), this.#url, { body: change, csrf: this.#csrf });
      this.#count(row, -1);
      take(told.preferences);
      for (const said of document.querySelectorAll('.said[data-kind="saved"]')) said.textContent = "";
      say(row, gettext("Saved"), "saved");
      this.#announcer.say(gettext("Saved"));
    } catch (error) {
      this.#count(row, -1);
      restore(preferences());
      const detail = error.status ? error.detail : gettext("The server does not answer.");
      const text = fill(gettext("Not saved: %(detail)s Try again."), { detail });
      say(row, text, "failed");
      this.#announcer.say(text);
    }
  }

  #count(row, more) {
    const count = (this.#busy.get(row) ?? 0) + more;
    if (count) this.#busy.set(row, count);
    else this.#busy.delete(row);
    if (count) row.setAttribute("aria-busy", "true");
    else row.removeAttribute("aria-busy");
  }
}

/** Write beside a row: `kind` is saved, failed, elsewhere or nothing. */
export function say(row, text, kind = "") {
  const said = slot(row, "said");
  said.textContent = text;
  said.dataset.kind = kind;
}
