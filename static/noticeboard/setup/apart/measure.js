/** Measures, from where people are, what no server knows: the way between the two. */

const SOON = 2_000; // a socket that is closed for its origin is closed at once
const LATE = 10_000; // a stream that is not at its end so long after it should be
const SPAN = 300; // in ms: less than this between the first tick and the last is together

const seconds = (since) => (performance.now() - since) / 1_000;

/** When each tick came, in ms after the request, and the status of the answer. */
export async function ticks(given) {
  const seen = await ticksOnce(given);
  // It may have been a busy machine.
  return seen.ticks && !(seen.ticks[2] - seen.ticks[0] >= SPAN) ? ticksOnce(given) : seen;
}

async function ticksOnce({ stream, pass }) {
  const came = [];
  const start = performance.now();
  const status = await read(`${stream}?pass=${encodeURIComponent(pass)}`, LATE, () => came.push(performance.now() - start));
  return { ticks_status: status, ticks: status === 200 ? came : null };
}

/** Whether a WebSocket opens. A browser says no status, and the code only of one that was open. */
export function upgrade(address) {
  return new Promise((resolve) => {
    const socket = new WebSocket(address);
    let opened = false;
    const end = (code = null) => {
      clearTimeout(timer);
      socket.close();
      resolve({ upgrade_status: opened ? 101 : 0, upgrade_code: code });
    };
    const timer = setTimeout(() => end(), LATE);
    socket.onopen = () => {
      opened = true;
      setTimeout(() => end(), SOON);
    };
    socket.onmessage = ({ data }) => JSON.parse(data).control === "ready" && end();
    socket.onclose = ({ code }) => end(opened ? code : null);
  });
}

/** How long a stream and a socket lived on which nothing was sent, at most what was wanted. */
export async function idle({ stream, socket, pass, idle_seconds: wanted }) {
  const query = `?pass=${encodeURIComponent(pass)}&idle=1`;
  const [stream_silent, socket_silent] = await Promise.all([
    silentStream(`${stream}${query}`, wanted),
    silentSocket(`${socket}${query}`, wanted),
  ]);
  return { idle_wanted: wanted, stream_silent, socket_silent };
}

/** What the first module of the page answers with, and the policy of a page. */
export async function page({ module, page: address }) {
  const [script, inbox] = await Promise.all([module && head(module), head(address)]);
  return {
    ...(script && { module_status: script.status, module_type: script.headers.get("content-type") ?? "" }),
    ...(inbox?.ok && { policy: inbox.headers.get("content-security-policy") ?? "" }),
  };
}

export const secure = () => ({ secure: isSecureContext });

const head = (url) => fetch(url, { method: "HEAD", cache: "no-store" }).catch(() => undefined);

async function silentStream(url, wanted) {
  const times = [];
  await read(url, wanted * 1_000 + LATE, () => times.push(performance.now()));
  if (!times.length) return null;
  return times.length > 1 ? wanted : Math.min(wanted, seconds(times[0]));
}

function silentSocket(url, wanted) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    let first = null;
    const end = (lived) => {
      socket.close();
      resolve(lived);
    };
    setTimeout(() => end(first === null ? null : Math.min(wanted, seconds(first))), wanted * 1_000 + LATE);
    socket.onmessage = () => (first === null ? (first = performance.now()) : end(wanted));
    socket.onclose = () => end(first === null ? null : Math.min(wanted, seconds(first)));
  });
}

/** Read a stream until it ends, or is ended; `note` is called at each event. */
async function read(url, ms, note) {
  const until = new AbortController();
  const timer = setTimeout(() => until.abort(), ms);
  let status = 0;
  try {
    const response = await fetch(url, { cache: "no-store", signal: until.signal });
    status = response.status;
    if (status === 200) await eachEvent(response.body, note);
  } catch {
    // However it ended: what came is what counts.
  } finally {
    clearTimeout(timer);
  }
  return status;
}

async function eachEvent(body, note) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = `${rest}${value}`.split("\n\n");
    rest = parts.pop();
    for (const _event of parts) note();
  }
}
