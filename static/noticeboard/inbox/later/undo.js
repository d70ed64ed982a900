/** The bar at the bottom that says what was done, and takes it back. */
import { gettext } from "../../views/text.js";
import { make } from "./make.js";

const LIFE = 10_000; // after the pointer and the focus have left it

export class Undo {
  #text = make("p");
  #button = make(
    "button",
    { className: "button", type: "button", "aria-keyshortcuts": "z" },
    gettext("Undo"),
    make("kbd", { "aria-hidden": "true" }, "z"),
  );
  #root = make("section", { id: "undo", className: "undo", hidden: true }, this.#text, this.#button);
  #announcer;
  #shown;
  #timer;

  constructor(announcer) {
    this.#announcer = announcer;
    this.#root.setAttribute("aria-label", gettext("Last action"));
    this.#button.addEventListener("click", () => this.press());
    for (const type of ["pointerleave", "focusout"]) {
      this.#root.addEventListener(type, () => this.#plan());
    }
    document.body.append(this.#root);
  }

  /** Say `text`; `back()` takes it back, without it nothing can. Returns what ends the bar. */
  show(text, back) {
    const mine = { back };
    this.#shown = mine;
    this.#text.textContent = text;
    this.#button.hidden = !back;
    this.#root.hidden = false;
    this.#announcer.say(text);
    this.#plan();
    return {
      say: (more) => this.#shown === mine && this.#say(more),
      end: () => this.#shown === mine && this.#end(),
    };
  }

  /** Take back what the bar tells of, if it does. */
  press() {
    const back = this.#shown?.back;
    if (!back) return;
    this.#end();
    back();
  }

  #say(text) {
    this.#text.textContent = text;
    this.#announcer.say(text);
  }

  #plan() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#root.matches(":hover, :focus-within")) this.#end();
    }, LIFE);
  }

  #end() {
    clearTimeout(this.#timer);
    this.#shown = undefined;
    this.#root.hidden = true;
  }
}
