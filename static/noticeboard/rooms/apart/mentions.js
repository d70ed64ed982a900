/**
 * The people whom an "@" in the composer may mean. The text keeps the focus and its own role (a
 * text of several lines may have no other); the list is told by the active descendant.
 */
import { byId } from "../../views/dom.js";
import { fill, ngettext } from "../../views/text.js";

const PAUSE = 120; // ms without a key before people are asked for
const LONGEST = 40;

/** The name that is being written at the caret: `{start, q}`, or null. */
export function mentionAt(text, caret) {
  const found = /(?:^|[\s(])@([^\s@]*)$/u.exec(text.slice(0, caret));
  if (!found || found[1].length > LONGEST) return null;
  return { start: caret - found[1].length - 1, q: found[1] };
}

export class Mentions {
  #text;
  #list = byId("mentions");
  #active = -1;
  #timer;
  #asked = 0;

  /** `people(q)` gives a promise of `[{name, handle}]`, `say(text)` tells a screen reader. */
  constructor(text, { people, say }) {
    Object.assign(this, { people, say });
    this.#text = text;
    text.addEventListener("input", () => this.#plan());
    text.addEventListener("blur", () => this.close());
    // Before the composer's own keys: Enter takes a name as long as the list is open.
    text.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.#take([...this.#list.children].indexOf(option));
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#list.hidden = true;
    this.#text.removeAttribute("aria-activedescendant");
  }

  get #at() {
    return mentionAt(this.#text.value, this.#text.selectionStart);
  }

  #plan() {
    clearTimeout(this.#timer);
    if (!this.#at) return this.close();
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const asked = ++this.#asked;
    const people = await this.people(this.#at?.q ?? "").catch(() => []);
    if (asked !== this.#asked || !this.#at) return;
    if (!people.length) return this.close();
    this.#list.replaceChildren(...people.map(option));
    this.#list.hidden = false;
    this.#mark(0);
    const count = people.length;
    this.say(fill(ngettext("%(count)s suggestion", "%(count)s suggestions", count), { count }));
  }

  #key(event) {
    if (this.#list.hidden || event.isComposing) return;
    const { length } = this.#list.children;
    const { key } = event;
    if (key === "ArrowDown") this.#mark((this.#active + 1) % length);
    else if (key === "ArrowUp") this.#mark((this.#active + length - 1) % length);
    else if (key === "Enter" || key === "Tab") this.#take(this.#active);
    else if (key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #mark(active) {
    this.#active = active;
    for (const [place, row] of [...this.#list.children].entries()) {
      row.setAttribute("aria-selected", place === active);
    }
    const row = this.#list.children[active];
    row.scrollIntoView({ block: "nearest" });
    this.#text.setAttribute("aria-activedescendant", row.id);
  }

  #take(place) {
    const { start } = this.#at;
    const { handle } = this.#list.children[place].dataset;
    this.#text.setRangeText(`@${handle} `, start, this.#text.selectionStart, "end");
    this.#text.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }
}

function option({ name, handle }, place) {
  const row = document.createElement("li");
  row.role = "option";
  row.id = `mention-${place}`;
  row.dataset.handle = handle;
  const [shown, written] = ["strong", "span"].map((tag) => document.createElement(tag));
  [shown.dir, shown.textContent, written.textContent] = ["auto", name, `@${handle}`];
  row.append(shown, " ", written);
  return row;
}
