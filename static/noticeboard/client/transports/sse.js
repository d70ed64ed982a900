/**
 * Server-sent events: the wire's frames under django-eventstream's event names.
 *
 * The browser's own reconnecting is not used: it resumes from what was received, not from what was
 * processed, and gives up for good on any status but 200.
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
