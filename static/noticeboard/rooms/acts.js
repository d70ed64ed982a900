/** What one does with a post: its buttons, its menu, its reactions. */
import { request } from "../client/requests.js";
import { byId } from "../views/dom.js";
import { gettext } from "../views/text.js";
import { Popup } from "./popup.js";

const dialogs = () => import("./apart/dialogs.js");

export class Acts {
  #page;
  #editing;
  #popups;

  /**
   * `page` has config, env, live, store, announcer, notices, `draw(options)`, `moderate(body)` and
   * `reply(post)`.
   */
  constructor(page) {
    this.#page = page;
    const menu = new Popup(byId("post-menu"), {
      fill: (row) => this.#offer(this.#post(row)),
      choose: (button, row) =>
        button.value ? this.#react(this.#post(row), button.value) : this.#do(button.name, row),
    });
    const picker = new Popup(byId("picker"), {
      fill: () => {},
      choose: (button, row) => this.#react(this.#post(row), button.value),
    });
    this.#popups = [menu, picker];
    byId("posts").addEventListener("click", (event) => this.#click(event));
  }

  /** After every drawing: nothing stays open for a post that has gone. */
  keep() {
    for (const popup of this.#popups) popup.keep();
  }

  reply(row) {
    const post = this.#post(row);
    if (post?.post && byId("refusal").hidden) this.#page.reply(post);
  }

  /** Whether there was one of my own to edit. */
  editLast() {
    const last = this.#page.store.posts().findLast((post) => this.#mine(post));
    if (last) this.#edit(byId(`post-${last.id}`));
  }

  #post(row) {
    return this.#page.store.get(Number(row.dataset.id));
  }

  #mine({ post }) {
    const { tag } = this.#page.config;
    return Boolean(tag) && post?.author === tag;
  }

  #click(event) {
    const button = event.target.closest("button");
    const row = event.target.closest(".post");
    if (button?.classList.contains("reaction")) {
      event.preventDefault();
      this.#react(this.#post(row), button.value);
    } else if (button?.name === "reply") this.reply(row);
  }

  #offer(post) {
    const own = this.#mine(post);
    const staff = Boolean(byId("moderation"));
    const offered = {
      edit: own,
      delete: own || staff,
      report: post.post && !own,
      pin: staff && !post.pinned,
      unpin: staff && post.pinned,
      mute: staff && !own,
    };
    const menu = byId("post-menu");
    for (const [name, offer] of Object.entries(offered)) {
      menu.querySelector(`[name="${name}"]`).hidden = !offer;
    }
    for (const touched of menu.querySelectorAll("[data-post]")) touched.hidden = !post.post;
    if (!byId("refusal").hidden) menu.querySelector('[name="reply"]').hidden = true;
  }

  #do(name, row) {
    const id = Number(row.dataset.id);
    if (name === "reply") return this.reply(row);
    if (name === "copy") return this.#copy(id);
    if (name === "edit") return this.#edit(row);
    if (name === "delete") return this.#delete(this.#post(row));
    if (name === "report") return this.#report(id);
    return this.#page.moderate({ do: name, id });
  }

  async #copy(id) {
    const url = new URL(location.pathname, location.origin);
    url.search = `at=${id}`;
    url.hash = `post-${id}`;
    const { copyLink } = await dialogs();
    if (await copyLink(url.href)) this.#page.announcer.say(gettext("Link copied."));
  }

  async #edit(row) {
    try {
      const { Editing } = await import("./apart/editing.js");
      this.#editing ??= new Editing({
        source: async (id) => (await request(this.#page.env, this.#address(id))).text,
        save: (id, text) => this.#send("edit_post", { id, text }),
      });
      await this.#editing.open(row);
    } catch (error) {
      this.#failed(error, () => this.#edit(row));
    }
  }

  async #delete(post) {
    const { agreed } = await dialogs();
    if (!(await agreed(gettext("Delete this post for everybody?"), gettext("Delete")))) return;
    const { id } = post;
    if (!this.#mine(post)) return this.#page.moderate({ do: "delete", id });
    await this.#try("delete_post", { id }, gettext("Post deleted"));
  }

  async #report(id) {
    const { reason } = await dialogs();
    const text = await reason();
    if (text) await this.#try("report", { id, reason: text }, gettext("Reported. Staff will look at it."));
  }

  async #react(post, emoji) {
    const { config, store, draw } = this.#page;
    const { id, post: { reactions } } = post;
    const on = !(reactions[emoji] ?? []).includes(config.tag);
    const show = (given) => {
      if (config.tag) store.react(id, emoji, config.tag, given);
      draw({});
    };
    show(on);
    try {
      await this.#send("react", { id, emoji, on });
    } catch (error) {
      show(!on);
      this.#failed(error, () => this.#react(store.get(id), emoji));
    }
  }

  async #try(action, payload, told) {
    try {
      await this.#send(action, payload);
      this.#page.announcer.say(told);
    } catch (error) {
      this.#failed(error, () => this.#try(action, payload, told));
    }
  }

  #failed(error, again) {
    this.#page.notices.failed(gettext("Couldn't save."), error, again);
  }

  async #send(action, payload) {
    const { config, live } = this.#page;
    const answer = await live.client.send(action, { room: config.slug, ...payload });
    // A visitor's first act gives him a session, and with it a tag.
    config.tag = answer.tag ?? config.tag;
    return answer;
  }

  #address(id) {
    return this.#page.config.urls.post.replace("/0/", `/${id}/`);
  }
}
