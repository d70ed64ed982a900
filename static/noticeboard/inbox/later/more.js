/** What else can be done with a notification, besides the buttons of its row. */
import { gettext } from "../../views/text.js";

/** Whether it waits for its reader's acknowledgement. */
export const needed = (item) => item.acknowledge && !item.receipt?.acknowledged_at;

/** The entries of a row's menu. */
export function offers(item) {
  const snoozed = Date.parse(item.receipt?.snoozed_until ?? 0) > Date.now();
  return [
    item.unread
      ? { name: "read", label: gettext("Mark read"), icon: "mail-open" }
      : { name: "unread", label: gettext("Mark unread"), icon: "mail" },
    needed(item) && { name: "acknowledge", label: gettext("Acknowledge"), icon: "circle-check" },
    snoozed && { name: "unsnooze", label: gettext("Wake now"), icon: "alarm-clock" },
    { name: "select", label: gettext("Select"), icon: "check" },
    { name: "copy", label: gettext("Copy link"), icon: "link" },
  ].filter(Boolean);
}

export async function copy({ announcer, address }, id) {
  const url = new URL(address(id), location.href).href;
  const copied = await navigator.clipboard?.writeText(url).then(() => true, () => false);
  announcer.say(copied ? gettext("Link copied.") : gettext("Your browser doesn't let us copy."));
}
