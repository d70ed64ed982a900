/** Starts a page: reads its config, connects, and hands what happens to the views. */
import { FollowPage } from "./follow-page.js";
import { InboxPage } from "./inbox-page.js";
import { forced, Live } from "./live.js";
import { take } from "./preferences/mine.js";
import { Announcer } from "./views/announcer.js";
import { Arrivals } from "./views/arrivals.js";
import { Badge } from "./views/badge.js";
import { Chip } from "./views/chip.js";
import { byId } from "./views/dom.js";
import { read } from "./views/filters.js";
import { takeForms } from "./views/forms.js";
import { Notices } from "./views/notices.js";
import { Outage } from "./views/outage.js";
import { gettext } from "./views/text.js";
import { startTheme } from "./views/theme.js";
import { keepTimes } from "./views/time.js";

/** A page with nothing live of its own but the frame. */
class PlainPage {
  sees() {}
  pause() {}
  render() {}
}

const PAGES = { inbox: InboxPage, follow: FollowPage, plain: PlainPage };
// Loaded only where they are shown.
const FURTHER = {
  preferences: async () => (await import("./preferences/apart/page.js")).PreferencesPage,
  detail: async () => (await import("./detail/apart/page.js")).DetailPage,
  setup: async () => (await import("./setup/apart/page.js")).SetupPage,
  pointers: async () => (await import("./pointers/page.js")).PointersPage,
  room: async () => (await import("./rooms/page.js")).RoomPage,
  operators: async () => (await import("./operators/apart/page.js")).OperatorsPage,
  history: async () => (await import("./rooms/apart/history.js")).HistoryPage,
};

class App {
  #config = JSON.parse(byId("noticeboard-config").textContent);
  #announcer = new Announcer();
  #badge = new Badge(this.#config.unread_cap);
  #notices = new Notices(this.#announcer);
  #outage = new Outage(this.#announcer);
  #arrivals;
  #live;
  #page;
  #chip;

  async start() {
    take(this.#config.preferences);
    const kind = document.querySelector("[data-page]").dataset.page;
    const Page = PAGES[kind] ?? (await FURTHER[kind]());
    const filters = read(kind === "inbox" ? location.search : "");
    this.#live = new Live(this.#config, filters, this.#announcer);
    const parts = { live: this.#live, announcer: this.#announcer, address: (id) => this.#address(id) };
    this.#arrivals = new Arrivals({ ...parts, user: this.#config.user });
    this.#page = new Page({
      ...parts,
      notices: this.#notices,
      page: this.#config.urls.page,
      csrf: this.#config.csrf_cookie,
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
    this.#arrivals.refresh();
    this.#wake(store.items());
  }

  async #wake(items) {
    if (!items.some(({ receipt }) => receipt?.snoozed_until)) return;
    const { woken } = await import("./views/later/woken.js");
    woken(items, this.#announcer);
  }

  #event(event) {
    this.#chip.heard(event);
    if (event.type === "preferences.changed") take(event.data.preferences);
    this.#page.heard?.(event);
    const late = this.#outage.heard(event);
    this.#arrivals.heard(event, { seen: this.#page.sees(event.data.id), late });
  }

  async #perform({ action, ...payload }) {
    if (this.#page.act) return this.#page.act(action, payload);
    try {
      await this.#live.act(action, payload);
    } catch (error) {
      const again = () => this.#perform({ action, ...payload });
      this.#notices.failed(gettext("Couldn't save."), error, again);
    }
  }

  #state(client) {
    this.#outage.state(client.state);
    this.#notices.state(client.state, this.#outage.fresh);
    this.#page.state?.(client);
    this.#chip?.update();
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
