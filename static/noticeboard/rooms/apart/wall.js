/** The wall: one post after another in large type, and whether what it shows is still right. */
import { browser } from "../../client/env.js";
import { connect } from "../../client/index.js";
import { request } from "../../client/requests.js";
import { forced } from "../../live.js";
import { byId, setFragment, setIcon, setText, slot, stamp } from "../../views/dom.js";
import { fill, gettext, language, level } from "../../views/text.js";
import { clock, keepTimes, setTime } from "../../views/time.js";
import { createRoom } from "../store.js";

const SHOWN = 10_000; // ms for which a post stands
const SECOND = 1_000;
const LOST = 2_000; // a connection lost for longer makes the wall out of date
const UP = new Set(["live", "delayed"]);
const REFUSED = new Set([401, 403, 404]); // what was a right to read is none any more

class Wall {
  #config = JSON.parse(byId("room-config").textContent);
  #store = createRoom(this.#config, { topic: this.#config.topic });
  #list = byId("posts");
  #rows = new Map();
  #current; // id of the post that is shown
  #paused = false;
  #next = Date.now() + SHOWN;
  #fresh = Date.now(); // when the wall was last known to be right
  #ended = false;
  #client;

  start() {
    for (const row of this.#list.children) this.#rows.set(Number(row.dataset.id), row);
    byId("controls").hidden = false;
    byId("previous").addEventListener("click", () => this.#step(-1));
    byId("next").addEventListener("click", () => this.#step(1));
    byId("pause").addEventListener("click", () => this.#pause(!this.#paused));
    const { cursor, topic, csrf_cookie: csrf, poll_seconds: pollSeconds } = this.#config;
    this.#client = connect({
      cursor,
      topics: [topic],
      use: forced(location.search),
      csrf,
      pollSeconds,
      onEvent: (event) => this.#heard(event),
      onReset: () => this.#reset(),
      onState: () => this.#state(),
    });
    this.#render();
    keepTimes();
    setInterval(() => this.#tick(), SECOND);
    this.#tick();
    this.#keepAwake();
    document.addEventListener("visibilitychange", () => this.#keepAwake());
  }

  #heard(event) {
    if (event.type === "room.changed" && event.topic === this.#config.topic) {
      byId("name").textContent = event.data.name;
    }
    const { added, resync } = this.#store.apply(event);
    // What is new is shown at once, unless somebody wants to read.
    if (added && !this.#paused) this.#show(added.id);
    this.#render();
    if (resync) this.#reset().catch(() => this.#client.reconnect());
  }

  async #reset() {
    this.#store.forget();
    try {
      const page = await request(browser(), `${this.#config.urls.posts}?limit=${this.#config.most}`);
      this.#store.replace(page);
      this.#render();
      return page.cursor;
    } catch (error) {
      if (!REFUSED.has(error.status)) throw error;
      return this.#end();
    }
  }

  /** The link was taken back, or who opened the wall reads this room no longer. */
  #end() {
    this.#ended = true;
    this.#client.close();
    this.#tick();
  }

  /** The newest first, no more than a wall can hold. */
  #posts() {
    return this.#store.posts().reverse().slice(0, this.#config.most);
  }

  #render() {
    const posts = this.#posts();
    const ids = posts.map(({ id }) => id);
    if (!ids.includes(this.#current)) this.#current = ids[0];
    const rows = posts.map((post) => this.#row(post));
    for (const [id, row] of this.#rows) {
      if (ids.includes(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    for (const [index, row] of rows.entries()) {
      row.hidden = ids[index] !== this.#current;
      if (this.#list.children[index] !== row) this.#list.insertBefore(row, this.#list.children[index] ?? null);
    }
    byId("empty").hidden = posts.length > 0;
    const place = { number: ids.indexOf(this.#current) + 1, count: ids.length };
    byId("place").textContent = posts.length ? fill(gettext("%(number)s of %(count)s"), place) : "";
    for (const name of ["previous", "next", "pause"]) byId(name).disabled = posts.length < 2;
  }

  #row(post) {
    const row = this.#rows.get(post.id) ?? stamp("wall-template");
    const known = this.#rows.has(post.id) && row.dataset.edited === (post.edited_at ?? "");
    this.#rows.set(post.id, row);
    if (known) return row;
    row.dataset.id = post.id;
    row.dataset.level = post.level;
    row.dataset.edited = post.edited_at ?? "";
    setText(slot(row, "level"), post.level === "info" ? "" : level(post.level).word);
    if (slot(row, "author")) slot(row, "author").textContent = post.sender;
    setTime(slot(row, "time"), post.published_at);
    setText(slot(row, "title"), post.title);
    setFragment(slot(row, "body"), post.html);
    return row;
  }

  #show(id) {
    this.#current = id;
    this.#next = Date.now() + SHOWN;
  }

  #step(by) {
    const ids = this.#posts().map(({ id }) => id);
    if (!ids.length) return;
    this.#show(ids[(ids.indexOf(this.#current) + by + ids.length) % ids.length]);
    this.#render();
  }

  #pause(paused) {
    this.#paused = paused;
    const button = byId("pause");
    button.setAttribute("aria-pressed", paused);
    setIcon(button, paused ? "play" : "pause");
    this.#next = Date.now() + SHOWN;
  }

  #state() {
    if (this.#client) this.#tick();
  }

  #tick() {
    const now = Date.now();
    const { state } = this.#client;
    const ended = this.#ended || state === "signed-out";
    const up = UP.has(state);
    if (up) this.#fresh = now;
    byId("clock").textContent = clock(now);
    const live = byId("live");
    live.dataset.state = up ? "live" : state;
    const time = new Intl.DateTimeFormat(language(), { timeStyle: "medium" }).format(this.#fresh);
    const down = ended ? live.dataset.ended : gettext("Reconnecting…");
    live.textContent = up ? fill(gettext("Live · %(time)s"), { time }) : down;
    this.#stale(ended || now - this.#fresh > LOST);
    if (!this.#paused && now >= this.#next) this.#step(1);
  }

  #stale(stale) {
    const bar = byId("stale");
    const text = fill(gettext("STALE since %(time)s"), { time: clock(this.#fresh) });
    if (stale && bar.textContent !== text) bar.textContent = text;
    bar.hidden = !stale;
  }

  /** A screen that shows a wall stays on, where the browser can do that. */
  #keepAwake() {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
  }
}

new Wall().start();
