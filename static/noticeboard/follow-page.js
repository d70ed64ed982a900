/** The page of followed texts: one card each, replaced in place. */
import { browser } from "./client/env.js";
import { request } from "./client/requests.js";
import { Texts } from "./texts.js";
import { byId, setText, slot, stamp } from "./views/dom.js";
import { gettext } from "./views/text.js";
import { setTime } from "./views/time.js";

const FRESH = 1_500; // a card that has just changed is marked for so long
const AGAIN = 5_000;

const label = (topic) =>
  topic === "all" ? gettext("Everyone") : topic?.replace(/^room\./, "#");

export class FollowPage {
  #texts = new Texts(JSON.parse(byId("noticeboard-texts").textContent));
  #list = byId("texts");
  #url;
  #paused = false;
  #fresh = new Map();

  constructor({ live, notices }) {
    this.live = live;
    this.notices = notices;
    const { urls, topics } = JSON.parse(byId("noticeboard-config").textContent);
    this.#url = `${urls.texts}?${new URLSearchParams(topics.map((topic) => ["topic", topic]))}`;
  }

  sees() {
    return false;
  }

  pause(paused) {
    this.#paused = paused;
    this.#show();
  }

  /** The inbox has changed, or a minute has passed: no matter here. */
  render() {}

  heard(event) {
    if (!this.#texts.apply(event)) return;
    if (event.type === "text.changed") this.#mark(event.data.id);
    this.#show();
  }

  /** Events are missing: a snapshot has them. */
  async missed() {
    try {
      this.#texts.replace(await request(browser(), this.#url));
      this.#show();
    } catch {
      setTimeout(() => this.missed(), AGAIN);
    }
  }

  #mark(id) {
    clearTimeout(this.#fresh.get(id));
    const end = () => {
      this.#fresh.delete(id);
      this.#show();
    };
    this.#fresh.set(id, setTimeout(end, FRESH));
  }

  #show() {
    if (this.#paused) return;
    const items = this.#texts.items();
    const there = new Map([...this.#list.children].map((card) => [Number(card.dataset.id), card]));
    items.forEach((item, index) => {
      const card = there.get(item.id) ?? stamp("text-template");
      there.delete(item.id);
      this.#write(card, item);
      if (this.#list.children[index] !== card) this.#list.insertBefore(card, this.#list.children[index]);
    });
    for (const card of there.values()) card.remove();
    byId("no-texts").hidden = items.length > 0;
  }

  #write(card, item) {
    card.toggleAttribute("data-fresh", this.#fresh.has(item.id));
    if (card.dataset.version === String(item.version)) return;
    card.dataset.id = item.id;
    card.dataset.version = item.version;
    const id = `text-${item.id}`;
    slot(card, "name").id = id;
    for (const element of [card, slot(card, "text")]) element.setAttribute("aria-labelledby", id);
    slot(card, "name").textContent = item.name;
    setText(slot(card, "topic"), label(item.topic));
    slot(card, "version").textContent = item.version;
    setTime(slot(card, "time"), item.changed_at);
    slot(card, "text").textContent = item.text;
  }
}
