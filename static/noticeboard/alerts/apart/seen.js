/** Whether anybody looks at a page of this browser: each page that is seen holds a shared lock. */
const NAME = "noticeboard seen";

let free;

function look() {
  const seen = document.visibilityState === "visible";
  if (!seen) return leave();
  if (free) return;
  const held = new Promise((done) => (free = done));
  navigator.locks.request(NAME, { mode: "shared" }, () => held).catch(() => {});
}

function leave() {
  free?.();
  free = undefined;
}

/** Let the other pages know from now on. */
export function beSeen() {
  document.addEventListener("visibilitychange", look);
  // A page that holds a lock is not kept for the way back.
  addEventListener("pagehide", leave);
  addEventListener("pageshow", look);
  look();
}

export async function seenAnywhere() {
  const { held } = await navigator.locks.query();
  return held.some(({ name }) => name === NAME);
}
