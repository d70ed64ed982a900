/** Where one writes: Enter sends, the draft is kept, what is too long or too soon is said. */
import { byId, slot } from "../views/dom.js";
import { fill, gettext, ngettext } from "../views/text.js";

const COUNTED = 0.8; // of the longest post: from here on the count is shown
const COMPOSING = 229; // the key code of a key that an input method has taken
const TALLEST = 12; // lines

/** Whether a key means "done": Enter alone, and no input method is composing. */
export const entered = ({ key, shiftKey, altKey, ctrlKey, metaKey, isComposing, keyCode }) =>
  key === "Enter" && !(shiftKey || altKey || ctrlKey || metaKey || isComposing || keyCode === COMPOSING);

export class Composer {
  #form = byId("composer");
  #text = byId("text");
  #button = this.#form.querySelector("[type=submit]");
  #most;
  #name;
  #storage;
  #until = 0; // ms: nothing is sent before
  #slow = false; // whether that is the room's slow mode
  #reply = null; // {id, sender, text} of the post that is answered
  #unsent = {}; // {key, text, reply} of what came back, as long as it is not changed
  #timer;

  /**
   * `send({text, reply}, key)` gets what is written; `typing()` hears of every change by hand;
   * `editLast()` of the upward arrow in an empty field.
   */
  constructor({ most, slug, storage, send, typing, editLast }) {
    this.#most = most;
    this.#name = `noticeboard.draft.${slug}`;
    this.#storage = storage;
    Object.assign(this, { send, editLast });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("keydown", (event) => this.#keydown(event));
    byId("no-reply").addEventListener("click", (event) => {
      event.preventDefault();
      this.reply(null);
    });
    this.#text.addEventListener("input", () => {
      this.#changed();
      if (this.#text.value) typing();
    });
    const { id, sender } = byId("replying").dataset;
    if (id) this.#reply = { id: Number(id), sender, text: slot(byId("replying"), "words").textContent };
    // The server counts characters, a browser halves of some: the server's answer decides.
    this.#text.removeAttribute("maxlength");
    if (!this.#text.value) this.#text.value = this.#draft();
    this.#changed();
  }

  focus() {
    this.#text.focus();
  }

  /** Answer that post, or none. */
  reply(post) {
    this.#showReply(post && { id: post.id, sender: post.sender, text: post.text });
    this.focus();
  }

  /** What is answered has gone. */
  keepReply(there) {
    if (this.#reply && !there(this.#reply.id)) this.#showReply(null);
  }

  /** Why nothing may be posted here, or "" where it may. */
  refuse(reason) {
    byId("refusal").textContent = reason;
    byId("refusal").hidden = !reason;
    this.#form.hidden = Boolean(reason);
    this.#form.closest(".room").classList.toggle("refused", Boolean(reason));
  }

  /** Too soon: the text comes back, and can be sent in `ms`. */
  limited({ text, reply }, key, ms, slow) {
    this.#text.value = this.#text.value ? `${text}\n${this.#text.value}` : text;
    if (reply && !this.#reply) this.#showReply(reply);
    this.#unsent = { key, text: this.#text.value.trim(), reply: this.#reply };
    this.#changed();
    this.wait(ms, slow);
  }

  /** Nothing can be sent for so many ms, in slow mode or because it was too much. */
  wait(ms, slow) {
    this.#until = Date.now() + ms;
    this.#slow = slow;
    this.#countDown();
  }

  /** Say how seldom one may post here; 0 seconds is as often as one likes. */
  slow(seconds) {
    const text = ngettext(
      "Slow mode: one post every %(seconds)s second.",
      "Slow mode: one post every %(seconds)s seconds.",
      seconds,
    );
    byId("slow").hidden = !seconds;
    byId("slow").textContent = fill(text, { seconds });
    if (!seconds && this.#slow) this.wait(0, true);
  }

  /** Say that what is written will be sent later. */
  offline(offline) {
    if (this.#until > Date.now()) return;
    this.#say(offline ? gettext("You're offline. Your post will be sent when you're back.") : "");
  }

  #keydown(event) {
    const { key } = event;
    const empty = !this.#text.value;
    if (entered(event)) this.#submit();
    else if (key === "ArrowUp" && empty && !event.altKey) this.editLast();
    else if (key === "Escape" && this.#reply) this.reply(null);
    else return;
    event.preventDefault();
  }

  #submit() {
    const text = this.#text.value.trim();
    if (!text || this.#length() > this.#most || this.#until > Date.now()) return;
    const { text: unsent, reply, key } = this.#unsent;
    const same = text === unsent && reply?.id === this.#reply?.id;
    this.send({ text, reply: this.#reply }, same ? key : undefined);
    this.#unsent = {};
    this.#text.value = "";
    this.#showReply(null);
    this.#changed();
  }

  #showReply(reply) {
    const bar = byId("replying");
    this.#reply = reply;
    bar.hidden = !reply;
    if (!reply) return;
    slot(bar, "to").textContent = fill(gettext("Replying to %(name)s"), { name: reply.sender });
    slot(bar, "words").textContent = reply.text;
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
    const tooMany = ngettext(
      "Too many posts. You can send this in %(seconds)s second.",
      "Too many posts. You can send this in %(seconds)s seconds.",
      seconds,
    );
    const slow = ngettext(
      "Slow mode. You can post again in %(seconds)s second.",
      "Slow mode. You can post again in %(seconds)s seconds.",
      seconds,
    );
    const text = this.#slow ? slow : tooMany;
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
