/** WebSocket: both ways over one socket. */
export const path = "ws";
export const resume = "after";

export function open({ url, env, text, end }) {
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new env.WebSocket(url.href);
  socket.onmessage = ({ data }) => text(data);
  socket.onclose = ({ code }) => end({ code });
  return {
    send: (data) => socket.send(data),
    close() {
      socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
}
