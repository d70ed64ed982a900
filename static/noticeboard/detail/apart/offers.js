/** The actions that a sender offers: done once, with what comes of it beside the button. */
import { make } from "../../inbox/later/make.js";
import { slot } from "../../views/dom.js";
import { reason } from "../../views/notices.js";
import { fill, gettext } from "../../views/text.js";
import { clock } from "../../views/time.js";
import { post } from "./asking.js";

export class Offers {
  #root;
  #announcer;

  constructor(root, announcer) {
    this.#root = root;
    this.#announcer = announcer;
    for (const form of this.#forms()) {
      const time = form.parentNode.querySelector("time");
      if (time) this.#say(form, time.dateTime, form.parentNode.querySelector("bdi").textContent);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#take(form);
      });
    }
  }

  /** Whether the notification has ended: nothing can be done any more. */
  close(ended) {
    for (const form of this.#forms()) form.querySelector("button").disabled = ended;
  }

  /** Something was done, perhaps on another page of the same reader. */
  done({ do: name, at, said }) {
    const form = this.#forms().find((each) => each.elements.do.value === name);
    if (form) this.#say(form, at, said);
  }

  #forms() {
    return [...this.#root.querySelectorAll("form[data-offer]")];
  }

  async #take(form) {
    const button = form.querySelector("button");
    // A second click asks for nothing new.
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    button.classList.add("pending");
    try {
      const { at, said } = await post(form.dataset.api, { do: form.elements.do.value });
      this.#announcer.say(this.#say(form, at, said));
    } catch (error) {
      button.ariaDisabled = null;
      const text = fill(gettext("Failed: %(reason)s Try again."), { reason: reason(error) });
      this.#write(form, text, true);
      this.#announcer.say(text);
    }
    button.classList.remove("pending");
  }

  #say(form, at, said) {
    form.querySelector("button").ariaDisabled = "true";
    const text = fill(gettext("Done at %(time)s"), { time: clock(Date.parse(at)) });
    this.#write(form, text, false, said);
    return said ? `${text}. ${said}` : text;
  }

  #write(form, text, failed, said = "") {
    const place = slot(form.parentNode, "said");
    place.replaceChildren(text, ...(said ? [" ", make("bdi", {}, said)] : []));
    place.classList.toggle("failed", failed);
    place.hidden = false;
  }
}
