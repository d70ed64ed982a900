/** Fetches a notification and puts it into a place of the page; without a network, what is known. */
import { make } from "../../inbox/later/make.js";
import { setFragment } from "../../views/dom.js";
import { gettext, heading, level } from "../../views/text.js";
import { absolute } from "../../views/time.js";
import { fragment } from "./asking.js";
import { Note } from "./note.js";

const KEPT = 20; // notifications whose HTML is kept for when there is no network

const kept = new Map();

/** `place` is the element around the note, `desk` what its page gives it. */
export class Shown {
  #place;
  #desk;
  #turn = 0;
  note;

  constructor(place, desk) {
    this.#place = place;
    this.#desk = desk;
  }

  /** Show the one that the page has brought along. */
  take(article) {
    const renew = () => this.#renew(Number(article.dataset.id));
    this.note = new Note(article, { ...this.#desk, renew });
  }

  /** Show `id`, its title focused at once; true once all of it is there. */
  async show(id) {
    const turn = ++this.#turn;
    this.close();
    const item = this.#desk.live.store.get(id);
    this.#put(item ? outline(item) : waiting(), true);
    this.#place.ariaBusy = "true";
    const html = await fragment(this.#desk.address(id)).catch(() => null);
    if (turn !== this.#turn) return false;
    this.#place.ariaBusy = "false";
    const article = parsed(html ?? kept.get(id));
    if (article) this.#put(article);
    if (article?.dataset.id) this.take(article);
    if (article?.dataset.id && html) keep(id, html);
    if (!html) this.saved(true);
    return Boolean(html && this.note);
  }

  /** What it offers was edited: put all of it in its place again. */
  async #renew(id) {
    const turn = this.#turn;
    const html = await fragment(this.#desk.address(id)).catch(() => null);
    const article = parsed(html);
    if (turn !== this.#turn || !article?.dataset.id) return;
    this.close();
    this.#put(article);
    this.take(article);
  }

  /** Say, or no longer, that there is no network. */
  saved(is) {
    const line = this.#place.querySelector('[data-slot="saved"]');
    if (line) line.hidden = !is;
  }

  close() {
    this.note?.close();
    this.note = undefined;
  }

  #put(article, first = false) {
    const focused = first || this.#place.contains(document.activeElement);
    this.#place.querySelector("article")?.remove();
    this.#place.append(article);
    if (focused) article.querySelector("#note-title").focus({ preventScroll: true });
  }
}

function keep(id, html) {
  kept.delete(id);
  kept.set(id, html);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

function parsed(html) {
  if (!html) return null;
  const holder = document.createElement("div");
  setFragment(holder, html);
  return holder.querySelector("article");
}

const title = (text) => make("h2", { className: "note-title", id: "note-title", tabIndex: -1, dir: "auto" }, text);

function sheet(...parts) {
  const article = make("article", { className: "sheet note", id: "note" }, ...parts);
  article.setAttribute("aria-labelledby", "note-title");
  return article;
}

const waiting = () => sheet(title(gettext("Loading…")), savedLine(gettext("Couldn't load it.")));

function savedLine(text) {
  const line = make("p", { className: "notice info", hidden: true }, text);
  line.dataset.slot = "saved";
  return line;
}

/** What the list knows of it already: all but what only the server can say. */
function outline(item) {
  const body = make("div", { className: "prose", dir: "auto" });
  setFragment(body, item.html);
  const time = make("time", { dateTime: item.published_at }, absolute(Date.parse(item.published_at)));
  const article = sheet(
    make("p", { className: "note-level" }, level(item.level).word),
    title(heading(item)),
    make("p", { className: "note-meta" }, ...(item.sender ? [make("span", {}, item.sender)] : []), time),
    savedLine(gettext("Saved copy")),
    body,
  );
  article.dataset.level = item.level;
  return article;
}
