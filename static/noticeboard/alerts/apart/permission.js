/** What this browser says about desktop notifications, and what one can do about it. */
import { gettext } from "../../views/text.js";

const APPLE = /iP(hone|ad|od)/;

/** "default", "granted", "denied", "unsupported", "insecure" or "ios". */
export function permission() {
  if (!globalThis.isSecureContext) return "insecure";
  const { userAgent } = navigator;
  // On Android the constructor throws: there, only a service worker may show one.
  if ("Notification" in globalThis && !/Android/.test(userAgent)) return Notification.permission;
  return APPLE.test(userAgent) ? "ios" : "unsupported";
}

/** A state in a sentence. */
export const explain = (state) =>
  ({
    default: gettext("Your browser will ask whether you allow it."),
    granted: gettext("Allowed in this browser."),
    denied: gettext(
      "Blocked in this browser. Open site settings → Notifications → Allow, then reload.",
    ),
    unsupported: gettext("This browser can't show desktop notifications."),
    insecure: gettext("Desktop notifications need HTTPS."),
    ios: gettext("Add this site to the Home Screen first."),
  })[state];

/** Ask; only ever in a click. A promise of the state then. */
export async function ask() {
  if (permission() === "default") await Notification.requestPermission();
  return permission();
}
