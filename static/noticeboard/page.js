/** Starts a page: reads its config, connects, and hands what happens to the views. */
import { DetailPage } from "./detail-page.js";
import { FollowPage } from "./follow-page.js";
import { InboxPage } from "./inbox-page.js";
import { forced, Live } from "./live.js";
import { take } from "./preferences/mine.js";
import { Announcer } from "./views/announcer.js";
import { Badge } from "./views/badge.js";
import { Chip } from "./views/chip.js";
import { byId } from "./views/dom.js";
import { read } from "./views/filters.js";
import { takeForms } from "./views/forms.js";
import { Notices } from "./views/notices.js";
import { gettext } from "./views/text.js";
import { startTheme } from "./views/theme.js";
import { keepTimes } from "./views/time.js";
import { Toasts } from "./views/toasts.js";

/** A page with nothing live of its own but the frame. */
class PlainPage {
  sees() {}
  pause() {}
  render() {}
}

const PAGES = { inbox: InboxPage, detail: DetailPage, follow: FollowPage, plain: PlainPage };
// Loaded only where they are shown.
const FURTHER = {
  pointers: async () => (await import("./pointers/page.js")).PointersPage,
  room: async () => (await import("./rooms/page.js")).RoomPage,
  history: async () => (await import("./rooms/apart/history.js")).HistoryPage,
};
const LOST = 10_000; // a connection lost for longer is told, and so is its return
const UP = new Set(["live", "delayed", "paused"]);

class App {
  #config = JSON.parse(byId("noticeboard-config").textContent);
  #announcer = new Announcer();
  #badge = new Badge(this.#config.unread_cap);
  #notices = new Notices(this.#announcer);
  #toasts = new Toasts(this.#announcer, (id) => this.#address(id));
  #live;
  #page;
  #chip;
  #lost;
  #told = false;
  #fresh = Date.now(); // when what is shown was last known to be right

  async start() {
    take(this.#config.preferences);
    const kind = document.querySelector("[data-page]").dataset.page;
    const Page = PAGES[kind] ?? (await FURTHER[kind]());
    this.#live = new Live(this.#config, kind === "inbox" ? read(location.search) : read(""));
    this.#page = new Page({
      live: this.#live,
      address: (id) => this.#address(id),
      announcer: this.#announcer,
      notices: this.#notices,
      page: this.#config.urls.page,
    });
    this.#live.store.subscribe(() => this.#changed());
    this.#live.start({
      onEvent: (event) => this.#event(event),
      onState: (client) => this.#state(client),
      onReset: ({ reason }) => this.#reset(reason),
      onError: (error) => this.#failed(error),
    });
    this.#chip = new Chip(this.#live.client, {
      pollSeconds: this.#config.poll_seconds,
      onPause: (paused) => this.#page.pause(paused),
    });
    byId("transport").value = forced(location.search);
    this.#page.onWaiting = (count) => this.#chip.waiting(count);
    takeForms((wish) => this.#perform(wish));
    keepTimes(() => this.#changed());
    this.#page.started?.();
  }

  #address(id) {
    return this.#config.urls.detail.replace("/0/", `/${id}/`);
  }

  #changed() {
    const { store } = this.#live;
    this.#badge.show(store.unread());
    this.#page.render();
    // One that is not loaded was left out by a filter, not read.
    this.#toasts.keep((id) => !store.get(id) || store.isUnread(store.get(id)));
  }

  #event(event) {
    this.#chip.heard();
    if (event.type === "preferences.changed") take(event.data.preferences);
    this.#page.heard?.(event);
    const item = event.data;
    if (event.type === "notification.retracted") this.#toasts.keep((id) => id !== item.id);
    if (event.type !== "notification.created" || !item.inbox) return;
    this.#toasts.arrive(item, { seen: this.#page.sees(item.id) });
  }

  async #perform({ action, ...payload }) {
    try {
      await this.#live.perform(action, payload);
    } catch (error) {
      const again = () => this.#perform({ action, ...payload });
      this.#notices.failed(gettext("Couldn't save."), error, again);
    }
  }

  #state(client) {
    if (UP.has(client.state)) this.#back();
    else this.#lost ??= setTimeout(() => this.#gone(), LOST);
    this.#notices.state(client.state, this.#fresh);
    this.#page.state?.(client);
    this.#chip?.update();
  }

  #back() {
    clearTimeout(this.#lost);
    this.#lost = undefined;
    this.#fresh = Date.now();
    if (this.#told) this.#announcer.say(gettext("Back online."));
    this.#told = false;
  }

  #gone() {
    if (this.#live.client.state === "signed-out") return;
    this.#told = true;
    this.#announcer.say(gettext("Connection lost. Trying again."));
  }

  #reset(reason) {
    this.#page.missed?.();
    if (this.#config.user) this.#again();
    if (reason === "topics") return;
    const text = gettext("Some updates were missed while you were away; list refreshed.");
    this.#announcer.say(text);
  }

  /** What was chosen elsewhere meanwhile is not in the snapshot. */
  async #again() {
    const { again } = await import("./preferences/apart/again.js");
    await again(this.#config.urls.preferences);
  }

  #failed(error) {
    const again = () => this.#live.client.refresh().catch((later) => this.#failed(later));
    this.#notices.failed(gettext("Couldn't load notifications."), error, again);
  }
}

startTheme();
if (byId("noticeboard-config")) new App().start();
