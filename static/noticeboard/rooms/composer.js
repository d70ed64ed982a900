/** Where one writes: Enter sends, the draft is kept, what is too long or too soon is said. */
import { byId } from "../views/dom.js";
import { fill, gettext, ngettext } from "../views/text.js";

const COUNTED = 0.8; // of the longest post: from here on the count is shown
const COMPOSING = 229; // the key code of a key that an input method has taken
const TALLEST = 12; // lines

export class Composer {
  #form = byId("composer");
  #text = byId("text");
  #button = this.#form.querySelector("[type=submit]");
  #most;
  #name;
  #storage;
  #until = 0; // ms: nothing is sent before
  #key; // of what came back unsent, as long as it is not changed
  #unsent = "";
  #timer;

  /** `send(text, key)` gets what is written; `typing()` hears of every change by hand. */
  constructor({ most, slug, storage, send, typing = () => {} }) {
    this.#most = most;
    this.#name = `noticeboard.draft.${slug}`;
    this.#storage = storage;
    this.send = send;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("keydown", (event) => this.#keydown(event));
    this.#text.addEventListener("input", () => {
      this.#changed();
      if (this.#text.value) typing();
    });
    // The server counts characters, a browser halves of some: the server's answer decides.
    this.#text.removeAttribute("maxlength");
    if (!this.#text.value) this.#text.value = this.#draft();
    this.#changed();
  }

  focus() {
    this.#text.focus();
  }

  /** Why nothing may be posted here, or "" where it may. */
  refuse(reason) {
    byId("refusal").textContent = reason;
    byId("refusal").hidden = !reason;
    this.#form.hidden = Boolean(reason);
  }

  /** Too soon: the text comes back, and can be sent in `ms`. */
  limited(text, key, ms) {
    this.#text.value = this.#text.value ? `${text}\n${this.#text.value}` : text;
    [this.#unsent, this.#key] = [this.#text.value.trim(), key];
    this.#until = Date.now() + ms;
    this.#changed();
    this.#countDown();
  }

  /** Say that what is written will be sent later. */
  offline(offline) {
    if (this.#until > Date.now()) return;
    this.#say(offline ? gettext("You're offline. Your post will be sent when you're back.") : "");
  }

  #keydown(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.isComposing || event.keyCode === COMPOSING) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#text.value.trim();
    if (!text || this.#length() > this.#most || this.#until > Date.now()) return;
    const key = text === this.#unsent ? this.#key : undefined;
    [this.#unsent, this.#key] = ["", undefined];
    this.#text.value = "";
    this.#changed();
    this.send(text, key);
  }

  #length() {
    return [...this.#text.value].length;
  }

  #changed() {
    const [length, most] = [this.#length(), this.#most];
    const count = byId("count");
    count.hidden = length < most * COUNTED;
    count.dataset.over = length > most;
    count.textContent = fill(gettext("%(length)s of %(most)s characters"), { length, most });
    this.#text.setAttribute("aria-invalid", length > most);
    const lines = this.#text.value.split("\n").length;
    this.#text.rows = Math.min(TALLEST, Math.max(2, lines));
    this.#allow();
    this.#keep();
  }

  #allow() {
    this.#button.disabled = this.#length() > this.#most || this.#until > Date.now();
  }

  #countDown() {
    clearTimeout(this.#timer);
    const seconds = Math.ceil((this.#until - Date.now()) / 1000);
    this.#allow();
    if (seconds <= 0) return this.#say("");
    const text = ngettext(
      "Too many posts. You can send this in %(seconds)s second.",
      "Too many posts. You can send this in %(seconds)s seconds.",
      seconds,
    );
    this.#say(fill(text, { seconds }));
    this.#timer = setTimeout(() => this.#countDown(), 250);
  }

  #say(text) {
    const line = byId("wait");
    line.hidden = !text;
    if (line.textContent !== text) line.textContent = text;
  }

  #draft() {
    try {
      return this.#storage?.getItem(this.#name) ?? "";
    } catch {
      return "";
    }
  }

  #keep() {
    try {
      if (this.#text.value) this.#storage?.setItem(this.#name, this.#text.value);
      else this.#storage?.removeItem(this.#name);
    } catch {
      // Without storage a draft lasts as long as the page.
    }
  }
}
