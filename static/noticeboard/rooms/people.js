/** Who is here and who is typing: signal events, so what is missed of them is not asked for again. */
import { byId, slot } from "../views/dom.js";
import { fill, gettext, language, ngettext } from "../views/text.js";

const DECAY = 5_000; // ms for which somebody who typed is typing
const SAY = 3_000; // ms between two words of ours that we are typing
const CROWD = 20; // more people than this, and nobody is told who types
const SPREAD = 500; // ms within which the pages of a small room ask who is here
const NAMED = 3; // typing at once; of more it is said that there are several

export class People {
  #slug;
  #client;
  #fetch;
  #root = byId("present");
  #line = byId("typing");
  #here = [];
  #typing = new Map(); // name → timer
  #said = 0;
  #asked = 0;
  #later;

  /** `fetchPresent()` gives a promise of the names of those who are here. */
  constructor(client, { slug, fetchPresent }) {
    this.#slug = slug;
    this.#client = client;
    this.#fetch = fetchPresent;
    const here = (run) => ({ data }) => data.room === slug && run(data.name);
    client.onSignal("presence.joined", here((name) => this.#moved([...this.#here, name])));
    client.onSignal("presence.left", here((name) => this.#left(name)));
    client.onSignal("typing", here((name) => this.#types(name)));
  }

  /** The connection is there again: ask who is. */
  async refresh() {
    clearTimeout(this.#later);
    this.#later = undefined;
    const asked = ++this.#asked;
    const names = await this.#fetch().catch(() => null);
    if (names && asked === this.#asked) this.#show(names);
  }

  /** Tell the others that this reader writes, now and then. */
  typing() {
    if (Date.now() - this.#said < SAY || this.#here.length > CROWD) return;
    this.#said = Date.now();
    this.#client.send("typing", { room: this.#slug }).catch(() => {});
  }

  /** Who has posted types no longer. */
  posted(name) {
    this.#stops(name);
  }

  #left(name) {
    const place = this.#here.indexOf(name);
    this.#moved(this.#here.filter((_, index) => index !== place));
    this.#stops(name);
  }

  /** A signal may be told late, of what the list has already: asked for where that costs little. */
  #moved(names) {
    if (names.length > CROWD) return this.#show(names);
    this.#later ??= setTimeout(() => this.refresh(), Math.random() * SPREAD);
  }

  #show(names) {
    this.#here = [...names].sort((a, b) => a.localeCompare(b, language()));
    const count = this.#here.length;
    this.#root.hidden = count === 0;
    const text = ngettext("%(count)s online", "%(count)s online", count);
    slot(this.#root, "count").textContent = fill(text, { count });
    const rows = this.#here.map((name) => {
      const row = document.createElement("li");
      row.dir = "auto";
      row.textContent = name;
      return row;
    });
    slot(this.#root, "names").replaceChildren(...rows);
  }

  #types(name) {
    if (this.#here.length > CROWD) return;
    clearTimeout(this.#typing.get(name));
    this.#typing.set(name, setTimeout(() => this.#stops(name), DECAY));
    this.#write();
  }

  #stops(name) {
    clearTimeout(this.#typing.get(name));
    if (this.#typing.delete(name)) this.#write();
  }

  #write() {
    this.#line.textContent = words([...this.#typing.keys()]);
  }
}

/** "alice is typing…" */
export function words(typing) {
  if (!typing.length) return "";
  if (typing.length > NAMED) return gettext("Several people are typing…");
  const names = new Intl.ListFormat(language(), { type: "conjunction" }).format(typing);
  const text = typing.length === 1 ? gettext("%(names)s is typing…") : gettext("%(names)s are typing…");
  return fill(text, { names });
}
