/** What else can be done with a notification: snooze it, mute a topic, copy its address. */
import { make } from "../../inbox/later/make.js";
import { chooseUntil } from "../../inbox/later/snooze.js";
import { setFragment, setHidden, slot } from "../../views/dom.js";
import { gettext } from "../../views/text.js";
import { write } from "../../views/time.js";
import { fragment, post } from "./asking.js";

export class Extras {
  #root;
  #live;
  #announcer;
  #notices;
  #item;
  #old = false; // what is shown under "Show changes" lacks the last edit

  constructor(root, { live, announcer, notices, item }) {
    this.#root = root;
    this.#live = live;
    this.#announcer = announcer;
    this.#notices = notices;
    this.#item = item;
    this.#menu();
    for (const form of this.#forms()) form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#mute(form, event.submitter.value === "1");
    });
    const copy = root.querySelector("[data-copy]");
    copy.hidden = false;
    copy.addEventListener("click", () => this.#copy(copy));
    slot(root, "changes").addEventListener("toggle", () => this.#changes());
    if (location.hash === "#changes") slot(root, "changes").open = true;
  }

  /** It was edited: what has changed is asked for when somebody wants to see it. */
  edited() {
    this.#old = true;
    slot(this.#root, "changes").hidden = false;
    this.#changes();
  }

  /** Show for each topic what was chosen, here or on another page. */
  muted({ muted }) {
    for (const form of this.#forms()) {
      const is = muted.includes(form.dataset.mute);
      const [on, off] = ["on", "off"].map((name) => form.querySelector(`[data-mute-${name}]`));
      (is ? off : on).hidden = false;
      setHidden(is ? on : off, true, () => (is ? off : on));
    }
  }

  #forms() {
    return [...this.#root.querySelectorAll("form[data-mute]")];
  }

  async #mute(form, on) {
    const { mute: topic, api } = form.dataset;
    const [kind, slug] = topic.split(/\.(.*)/);
    const wanted = kind === "room" ? { rooms: { [slug]: on ? "none" : null } } : { muted: { [topic]: on } };
    try {
      const answer = await post(api, wanted);
      this.muted(answer.preferences ?? answer);
      this.#announcer.say(on ? gettext("Muted.") : gettext("No longer muted."));
    } catch (error) {
      this.#failed(error, () => this.#mute(form, on));
    }
  }

  #menu() {
    const details = this.#root.querySelector("[data-snooze]");
    const summary = details?.querySelector("summary");
    summary?.addEventListener("click", async (event) => {
      event.preventDefault();
      const until = await chooseUntil(summary, this.#item);
      if (until) this.#snooze(until);
    });
  }

  #snooze(until) {
    const sent = this.#live.act("snooze", { ids: [this.#item.id], until });
    sent.catch((error) => this.#failed(error, () => this.#snooze(until)));
  }

  #failed(error, again) {
    this.#notices.failed(gettext("Couldn't save."), error, again);
  }

  async #copy(button) {
    const address = new URL(button.dataset.address, location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      this.#announcer.say(gettext("Link copied."));
      slot(button, "copy").textContent = gettext("Link copied.");
    } catch {
      // Not allowed, or not over plain HTTP: at least it is there to be copied by hand.
      const field = make("input", { className: "field", readOnly: true, value: address });
      field.setAttribute("aria-label", gettext("Link"));
      button.replaceWith(field);
      field.focus();
      field.select();
    }
  }

  /** The reader has acknowledged it: whoever sees the count sees himself in it. */
  counted() {
    if (slot(this.#root, "count")?.textContent.trim()) this.#renew("count");
  }

  async #changes() {
    if (!this.#old || !slot(this.#root, "changes").open) return;
    this.#old = !(await this.#renew("change-list"));
  }

  /** Ask the server for a part again; true if it came. */
  async #renew(name) {
    const text = await fragment(this.#root.querySelector("[data-copy]").dataset.address).catch(() => "");
    const holder = document.createElement("div");
    setFragment(holder, text);
    const part = slot(holder, name);
    if (!part) return false;
    for (const time of part.querySelectorAll("time[datetime]")) write(time);
    slot(this.#root, name).replaceChildren(...part.childNodes);
    return true;
  }
}
