/** The preferences of the page's reader, kept in step; `noticeboard:preferences` tells of changes. */

let mine = { version: -1 };

export const preferences = () => mine;

/** Take preferences as the server told them; what is older than those that are known is left. */
export function take(told) {
  if (told.version < mine.version) return;
  mine = told;
  const { dataset } = document.documentElement;
  dataset.density = mine.density;
  dataset.times = mine.relative_times ? "relative" : "absolute";
  document.dispatchEvent(new CustomEvent("noticeboard:preferences"));
}
