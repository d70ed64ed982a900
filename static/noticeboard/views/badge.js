/** The unread count, everywhere it is shown: header, heading, filter, title and icon of the page. */
import { fill, gettext, ngettext } from "./text.js";

export class Badge {
  #cap;
  #title = document.title.replace(/^\(\d+\+?\) /, "");
  #icon = document.querySelector("link[rel=icon]");
  #plain = this.#icon.href;

  constructor(cap) {
    this.#cap = cap;
  }

  show(count) {
    const text = count >= this.#cap ? `${this.#cap - 1}+` : String(count);
    for (const element of document.querySelectorAll("[data-badge]")) {
      element.hidden = count === 0;
      element.textContent = text;
    }
    for (const element of document.querySelectorAll("[data-unread-count]")) element.textContent = text;
    for (const element of document.querySelectorAll("[data-unread-name]")) {
      element.textContent = this.#name(count);
    }
    document.title = count ? `(${text}) ${this.#title}` : this.#title;
    this.#icon.href = count ? this.#icon.dataset.unreadHref : this.#plain;
    // Not every browser can mark an installed application.
    (count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.())?.catch(() => {});
  }

  #name(count) {
    if (count >= this.#cap) return fill(gettext("%(count)s or more unread"), { count: this.#cap });
    return fill(ngettext("%(count)s unread", "%(count)s unread", count), { count });
  }
}
