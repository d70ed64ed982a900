/**
 * Server-sent events, by django-eventstream's names. The browser's own reconnecting is not used: it
 * goes on from what was received, not processed, and stops for good at any status but 200.
 */
export const path = "sse";
export const resume = "lastEventId";

const CONTROLS = {
  "stream-open": "ready",
  "keep-alive": "heartbeat",
  "stream-reset": "reset",
  "stream-error": "closing",
};

export function open({ url, env, text, end }) {
  const source = new env.EventSource(url.href);
  source.onmessage = ({ data }) => text(data);
  source.onerror = () => end({});
  for (const [name, control] of Object.entries(CONTROLS)) {
    source.addEventListener(name, ({ data, lastEventId: cursor }) =>
      text(data || "{}", { control, cursor }),
    );
  }
  return {
    close() {
      source.onmessage = source.onerror = null;
      source.close();
    },
  };
}
