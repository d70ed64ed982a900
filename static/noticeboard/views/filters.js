/** The filters: what the address says is what is shown, and Back goes back. */
import { byId, slot } from "./dom.js";

const LEVELS = ["info", "success", "warning", "critical"];

/** Filters of an address, as the store and the snapshot take them. */
export function read(search) {
  const query = new URLSearchParams(search);
  return {
    view: query.get("view") ?? "inbox",
    levels: LEVELS.filter((level) => query.getAll("level").includes(level)),
    topic: query.get("topic") || null,
    q: query.get("q") ?? "",
    before: query.get("before"),
  };
}

/** The query of filters, empty parts left out. */
export function write({ view, levels, topic, q, before }) {
  const query = new URLSearchParams();
  if (view !== "inbox") query.set("view", view);
  for (const level of levels) query.append("level", level);
  if (topic) query.set("topic", topic);
  if (q) query.set("q", q);
  if (before) query.set("before", before);
  return query.toString();
}

export const narrowed = ({ levels, topic, q }) => Boolean(levels.length || topic || q);

export class Filters {
  #changed;

  /** `page` is the inbox's address; `changed(filters)` is called for each change. */
  constructor(page, changed) {
    this.page = page;
    this.#changed = changed;
    this.current = read(location.search);
    document.addEventListener("click", (event) => this.#click(event));
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.go({ ...this.current, q: byId("q").value.trim(), before: null });
    });
    window.addEventListener("popstate", () => this.#back());
    if (matchMedia("(width < 64rem)").matches) byId("filters").open = false;
  }

  /** Back may also have closed a notification, over a list that is still the same. */
  #back() {
    if (location.pathname !== this.page) return;
    const filters = read(location.search);
    if (write(filters) !== write(this.current)) this.#apply(filters);
  }

  /** Show `filters` and write them into the address. */
  go(filters) {
    const query = write(filters);
    history.pushState(null, "", query ? `${this.page}?${query}` : this.page);
    this.#apply(filters);
  }

  /** Say below the search what it does not understand. */
  hint(texts) {
    const lines = texts.map((text) => Object.assign(document.createElement("li"), { textContent: text }));
    byId("search-hints").replaceChildren(...lines);
    byId("search-hints").hidden = !lines.length;
  }

  #click(event) {
    const link = event.target.closest?.("a[data-filter-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.go(read(new URL(link.href).search));
  }

  #apply(filters) {
    this.current = filters;
    byId("q").value = filters.q;
    const top = { ...filters, before: null };
    byId("save-view").elements.query.value = write(top);
    for (const link of document.querySelectorAll(".views a")) {
      const chosen = link.dataset.view === filters.view;
      if (chosen) byId("view-name").textContent = slot(link, "label").textContent;
      this.#mark(link, { ...top, view: link.dataset.view }, chosen && "page");
    }
    for (const link of document.querySelectorAll(".levels a")) {
      const { level } = link.dataset;
      const chosen = filters.levels.includes(level);
      const levels = LEVELS.filter((each) => (each === level) !== filters.levels.includes(each));
      this.#mark(link, { ...top, levels }, chosen && "true");
    }
    this.markSaved();
    this.#changed(filters);
  }

  /** Which of the saved views is the one that is shown. */
  markSaved() {
    const shown = write({ ...this.current, before: null });
    for (const link of document.querySelectorAll(".saved a")) {
      const { search } = new URL(link.href);
      current(link, write(read(search)) === shown && "true");
    }
  }

  #mark(link, filters, chosen) {
    const query = write(filters);
    link.href = query ? `${this.page}?${query}` : this.page;
    current(link, chosen);
  }
}

function current(link, value) {
  if (value) link.setAttribute("aria-current", value);
  else link.removeAttribute("aria-current");
}
