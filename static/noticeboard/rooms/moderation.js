/** What staff do in a room, done without leaving the page, and what a changed room looks like. */
import { request } from "../client/requests.js";
import { byId, setText, slot } from "../views/dom.js";
import { gettext } from "../views/text.js";

/** Hand what the moderation forms ask for to the server; returns what does the same for a menu. */
export function takeModeration({ config, env, announcer, notices }) {
  async function moderate(body) {
    try {
      await request(env, config.urls.moderation, { body, csrf: config.csrf_cookie });
      announcer.say(gettext("Done."));
    } catch (error) {
      notices.failed(gettext("Couldn't save."), error, () => moderate(body));
    }
  }

  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    const slow = form.id === "slow-form";
    if (!slow && (form.id !== "moderation" || !button?.name)) return;
    event.preventDefault();
    button.closest("details")?.removeAttribute("open");
    moderate(slow ? { do: "slow", seconds: Number(form.elements.slow.value) } : { do: button.name });
  });
  return moderate;
}

/** Show a room as `room.changed` tells it; returns why nothing may be posted, or "". */
export function showRoom({ name, description, is_closed: closed, announcement_only: announce, slow_seconds: seconds }) {
  const head = document.querySelector(".room-head");
  slot(head, "name").textContent = name;
  setText(slot(head, "description"), description);
  byId("flag-closed").hidden = !closed;
  byId("flag-announce").hidden = !announce;
  const slow = byId("slow-form")?.elements.slow;
  if (slow) slow.value = seconds;
  const shown = { close: !closed, open: closed, announce: !announce, discuss: announce };
  for (const [what, show] of Object.entries(shown)) {
    const button = head.querySelector(`[name="${what}"]`);
    if (button) button.hidden = !show;
  }
  if (closed) return gettext("This room is closed: it can be read only.");
    return announce && !byId("moderation") ? gettext("Only staff post in this room.") : "";
}
