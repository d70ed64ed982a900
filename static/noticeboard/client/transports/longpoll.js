/** Long polling: a request the server answers as soon as there is something. */
import { asking } from "./asking.js";

export const path = "poll";
export const resume = "after";

const WAIT = 25; // seconds; below what proxies allow a silent request
const PROOF = 1; // the first request waits too, shortly: a way that cuts waiting ones shows at once

export const open = (link) =>
  asking(link, { waits: (first) => (first ? PROOF : WAIT), pause: 0, heartbeat: WAIT });
