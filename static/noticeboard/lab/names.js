/** The transports and the figures in words. */
import { fill, gettext, language } from "../views/text.js";

export const NAMES = ["websocket", "sse", "longpoll", "poll"];

export const title = (name) =>
  ({
    websocket: gettext("WebSocket"),
    sse: gettext("Server-sent events"),
    longpoll: gettext("Long polling"),
    poll: gettext("Polling"),
  })[name];

export const stateWord = (state) =>
  ({
    connecting: gettext("Connecting"),
    live: gettext("Live"),
    delayed: gettext("Live"),
    reconnecting: gettext("Reconnecting"),
    offline: gettext("Offline"),
    stale: gettext("Stale"),
    "signed-out": gettext("Signed out"),
    closed: gettext("Finished"),
    failed: gettext("Failed"),
  })[state] ?? state;

/** Why a connection is not up, with what `counting` knows of it. */
export function failure(reason, wasUp) {
  const words = {
    handshake: gettext("WebSocket closed %(code)s before open"),
    socket: gettext("WebSocket closed %(code)s"),
    silent: gettext("no answer in time"),
    status: gettext("HTTP status %(status)s"),
    request: gettext("the request failed"),
    ended: gettext("the server ended the stream"),
    source: gettext("EventSource failed, and does not say why"),
  };
  const why = fill(words[reason.kind], reason);
  return fill(wasUp ? gettext("Cut: %(why)s") : gettext("Blocked: %(why)s"), { why });
}

/** Every figure of a result: key, words, how to write it. */
export const figures = () => [
  ["received", gettext("Received"), whole],
  ["expected", gettext("Expected"), whole],
  ["lost", gettext("Lost"), whole],
  ["duplicated", gettext("Duplicated"), whole],
  ["out_of_order", gettext("Out of order"), whole],
  ["p50", gettext("Latency p50"), ms],
  ["p95", gettext("Latency p95"), ms],
  ["p99", gettext("Latency p99"), ms],
  ["requests", gettext("Requests"), whole],
  ["connections", gettext("Connections"), whole],
  ["reconnects", gettext("Reconnects"), whole],
  ["failures", gettext("Failures of a connection"), whole],
  ["cuts", gettext("Cut on purpose"), whole],
  ["body_bytes_browser", gettext("Body bytes (browser)"), visible],
  ["body_bytes_server", gettext("Body bytes (server)"), whole],
  ["wire_bytes", gettext("Bytes on the wire (server)"), whole],
  ["bytes_per_event", gettext("Bytes per event"), whole],
  ["overhead_per_event", gettext("Headers and framing per event"), whole],
  ["empty_answers", gettext("Empty answers"), percent],
];

const number = (value, options) => new Intl.NumberFormat(language(), options).format(value);
export const whole = (value) => (value === null ? "–" : number(value, { maximumFractionDigits: 0 }));
export const decimal = (value) => number(value, { maximumFractionDigits: 1 });
export const visible = (value) => (value === null ? gettext("not visible") : whole(value));
export const percent = (value) =>
  value === null ? "–" : number(value, { style: "percent", maximumFractionDigits: 0 });

/** Milliseconds; the difference of two clocks may come out a little below nothing. */
export function ms(value) {
  if (value === null) return "–";
  return `${number(value, { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 })} ms`;
}
