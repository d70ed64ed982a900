/** Two tones: one for what is critical, one for the rest. */
const APART = 3_000; // ms between two
const KEY = "noticeboard.sounded"; // when the last was, on whichever page

/** Play a tone now: "default" or "critical", at a volume from 0 to 1. */
export async function play(tone, volume) {
  const { default: plain, critical } = document.getElementById("toasts").dataset;
  const audio = new Audio(tone === "critical" ? critical : plain);
  audio.volume = Math.min(1, Math.max(0, Number(volume) || 0));
  try {
    await audio.play();
  } catch {
    // Browsers let a page be heard only after the reader has done something on it.
  }
}

/** Play it, unless one was just heard. */
export function sound(tone, volume) {
  const now = Date.now();
  if (Math.abs(now - Number(localStorage.getItem(KEY))) < APART) return;
  localStorage.setItem(KEY, now);
  play(tone, volume);
}
