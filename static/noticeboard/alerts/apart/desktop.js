/** Desktop notifications of what comes while nobody looks; closed when it was read elsewhere. */
import { heading } from "../../views/text.js";
import { permission } from "./permission.js";
import { seenAnywhere } from "./seen.js";

export class Desktop {
  #shown = new Map();
  #address;

  /** `address(id)` is where a notification leads. */
  constructor(address) {
    this.#address = address;
  }

  async show(item, { silent }) {
    if (permission() !== "granted" || (await seenAnywhere())) return;
    const critical = item.level === "critical";
    const notification = new Notification(heading(item), {
      body: item.title ? item.text : "",
      // One of a tag is there at a time, whichever page has shown it.
      tag: String(item.id),
      renotify: critical,
      requireInteraction: critical,
      silent,
      icon: document.querySelector("link[rel=icon]").href,
      data: { url: this.#address(item.id) },
    });
    this.#shown.set(item.id, notification);
    notification.onclick = () => this.#open(notification);
  }

  /** Close those that were read, done or withdrawn: `wanted(id)` says which stay. */
  keep(wanted) {
    for (const [id, notification] of this.#shown) {
      if (wanted(id)) continue;
      notification.close();
      this.#shown.delete(id);
    }
  }

  #open(notification) {
    window.focus();
    notification.close();
    const { url } = notification.data;
    if (location.pathname !== new URL(url, location.href).pathname) location.assign(url);
  }
}
