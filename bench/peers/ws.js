// Node's `ws`: every socket is written to in turn.
const http = require("node:http");
const { WebSocketServer, WebSocket } = require("ws");

const server = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const text = Buffer.concat(parts).toString();
    for (const client of sockets.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(text);
    }
    response.end("{}");
  });
});
const sockets = new WebSocketServer({ server, path: "/ws", perMessageDeflate: false });

server.keepAliveTimeout = 600_000;
server.listen(Number(process.argv[2]), "127.0.0.1", 4096);
