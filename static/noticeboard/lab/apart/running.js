/** All that a run needs, loaded when the first one begins. */
export { showCard } from "./cards.js";
export { Run } from "./run.js";
export { csv } from "./statistics.js";
