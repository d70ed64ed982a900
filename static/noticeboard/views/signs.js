/** The reader's first sign: what may be needed from then on is loaded before it is. */
const SIGNS = ["pointerdown", "pointermove", "keydown", "focusin", "scroll", "visibilitychange"];

export function atFirstSign(run) {
  for (const type of SIGNS) addEventListener(type, run, { once: true });
}
