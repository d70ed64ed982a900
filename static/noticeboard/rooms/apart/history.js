/** Older posts of a room, as a link or a date leads to them: kept right, but nothing new comes in. */
import { byId } from "../../views/dom.js";
import { PostsPage } from "../posts-page.js";

export class HistoryPage extends PostsPage {
  #last;

  constructor(app) {
    const { posts } = JSON.parse(byId("room-config").textContent);
    const last = posts[0]?.position ?? 0;
    super(app, { last });
    this.#last = last;
    this.store.more = !byId("older").hidden;
  }

  heard(event) {
    this.take(event);
    this.draw({ silent: true });
  }

  around() {
    return { before: this.#last + 1 };
  }

  /** One writes where the newest are. */
  write() {
    location.assign(location.pathname);
  }

  reply({ id }) {
    location.assign(`?reply=${id}`);
  }
}
