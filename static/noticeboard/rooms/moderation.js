/** What staff do in a room, done without leaving the page, and what a changed room looks like. */
import { request } from "../client/requests.js";
import { byId, setText, slot } from "../views/dom.js";
import { gettext } from "../views/text.js";

/** Hand what the moderation form's buttons ask for to the server. */
export function takeModeration({ config, env, announcer, notices }) {
  async function moderate(form, button) {
    const body = { do: button.name, ...(button.value && { id: Number(button.value) }) };
    try {
      await request(env, config.urls.moderation, { body, csrf: config.csrf_cookie });
      announcer.say(gettext("Done."));
    } catch (error) {
      notices.failed(gettext("Couldn't save."), error, () => moderate(form, button));
    }
  }

  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (form.id !== "moderation" || !button?.name) return;
    event.preventDefault();
    button.closest("details")?.removeAttribute("open");
    if (button.name === "delete" && !confirm(gettext("Delete this post for everybody?"))) return;
    moderate(form, button);
  });
}

/** Show a room as `room.changed` tells it; returns why nothing may be posted, or "". */
export function showRoom({ name, description, is_closed: closed, announcement_only: announce }) {
  const head = document.querySelector(".room-head");
  slot(head, "name").textContent = name;
  setText(slot(head, "description"), description);
  byId("flag-closed").hidden = !closed;
  byId("flag-announce").hidden = !announce;
  const shown = { close: !closed, open: closed, announce: !announce, discuss: announce };
  for (const [what, show] of Object.entries(shown)) {
    const button = head.querySelector(`[name="${what}"]`);
    if (button) button.hidden = !show;
  }
  if (closed) return gettext("This room is closed: it can be read only.");
  const staff = Boolean(byId("moderation"));
  return announce && !staff ? gettext("Only staff post in this room.") : "";
}
