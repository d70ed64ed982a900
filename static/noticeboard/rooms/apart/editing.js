/** One's own post, written anew where it stands. */
import { slot, stamp } from "../../views/dom.js";
import { gettext } from "../../views/text.js";
import { entered } from "../composer.js";

export class Editing {
  #form;

  /** `source(id)` gives a promise of the post's Markdown, `save(id, text)` rejects with why not. */
  constructor({ source, save }) {
    Object.assign(this, { source, save });
  }

  /** Rejects if the source cannot be had. */
  async open(row) {
    const id = Number(row.dataset.id);
    const source = await this.source(id);
    this.close();
    if (!row.isConnected) return;
    const form = stamp("edit-template");
    const area = form.elements.text;
    area.value = source;
    area.rows = Math.min(12, Math.max(2, source.split("\n").length));
    row.classList.add("editing");
    slot(row, "body").after(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(row, source);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && (event.target !== area || !entered(event))) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") this.close();
      else form.requestSubmit();
    });
    slot(form, "cancel").addEventListener("click", () => this.close());
    this.#form = form;
    area.focus();
  }

  close() {
    const row = this.#form?.closest(".post");
    const focused = this.#form?.contains(document.activeElement);
    this.#form?.remove();
    this.#form = undefined;
    row?.classList.remove("editing");
    if (focused) row.focus({ preventScroll: true });
  }

  async #save(row, source) {
    const form = this.#form;
    const text = form.elements.text.value.trim();
    if (!text || text === source) return this.close();
    const say = (words) => (slot(form, "state").textContent = words);
    say(gettext("Saving…"));
    try {
      await this.save(Number(row.dataset.id), text);
      if (form === this.#form) this.close();
    } catch (error) {
      say(`${gettext("Couldn't save.")} ${error.message}`);
    }
  }
}
