/** Long polling: a request the server answers as soon as there is something. */
import { asking } from "./asking.js";

export const path = "poll";
export const resume = "after";

const WAIT = 25; // seconds: shorter than a proxy's patience
const PROOF = 1; // the first waits too: a way that cuts waiting requests shows at once

export const open = (link) =>
  asking(link, { waits: (first) => (first ? PROOF : WAIT), pause: 0, heartbeat: WAIT });
