/** Polling: works wherever the page itself loaded. */
import { asking } from "./asking.js";

export const path = "poll";
export const resume = "after";

export const open = (link) =>
  asking(link, { waits: () => 0, pause: link.pollSeconds, heartbeat: link.pollSeconds });
