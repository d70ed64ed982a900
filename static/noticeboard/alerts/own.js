/** What is set for this browser only: whether it shows and sounds what comes, and how loud. */
const KEY = "noticeboard.browser";
const DEFAULTS = { desktop: false, sound: false, volume: 0.7 };

/** `{desktop, sound, volume}`, the last from 0 to 1. */
export function own() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { ...DEFAULTS };
  }
}

/** Keep a change, and tell this page's views: `noticeboard:own`. The others have `storage`. */
export function keepOwn(change) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...own(), ...change }));
  } catch {
    // Without storage there is nothing to keep it in, and nothing is switched on.
  }
  document.dispatchEvent(new Event("noticeboard:own"));
}
