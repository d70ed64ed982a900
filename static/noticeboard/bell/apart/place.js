/** Where a panel stands: below its button, or above, or beside the edge, always within the window. */
const GUTTER = 8; // px
const SHEET = "(width < 30rem)"; // the style sheet makes it fill the window

/** `placement` is "start" or "end": with which edge of the button the panel's is flush. */
export function place(panel, button, placement) {
  const { style } = panel;
  if (matchMedia(SHEET).matches) {
    for (const name of ["left", "top", "max-height"]) style.removeProperty(name);
    return;
  }
  const at = button.getBoundingClientRect();
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const left = (getComputedStyle(button).direction === "rtl") !== (placement === "start");
  const wanted = left ? at.left : at.right - panel.offsetWidth;
  const inside = Math.min(wanted, width - panel.offsetWidth - GUTTER);
  style.setProperty("left", `${Math.max(GUTTER, inside)}px`);
  const below = height - at.bottom - 2 * GUTTER;
  const above = at.top - 2 * GUTTER;
  const up = below < Math.min(panel.scrollHeight, 0.7 * height) && above > below;
  style.setProperty("max-height", `${Math.min(0.7 * height, Math.max(up ? above : below, 160))}px`);
  const top = up ? at.top - GUTTER - panel.offsetHeight : at.bottom + GUTTER;
  style.setProperty("top", `${Math.max(GUTTER, Math.min(top, height - panel.offsetHeight - GUTTER))}px`);
}
