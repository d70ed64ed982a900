/** Out of the feed, which may have no end. */
import { byId } from "../../views/dom.js";

const STOPS = "a[href], button, input, select, summary";

/** Focus the first thing behind `feed` (1), or the last before it (-1). */
export function leave(feed, by) {
  const side = by > 0 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
  const stops = [...document.querySelectorAll(STOPS)].filter(
    (stop) =>
      !feed.contains(stop) && feed.compareDocumentPosition(stop) & side && stop.checkVisibility(),
  );
  const stop = stops.at(by > 0 ? 0 : -1) ?? byId(by > 0 ? "end" : "heading");
  if (stop.tabIndex < 0) stop.tabIndex = -1;
  stop.focus();
}
