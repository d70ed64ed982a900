// Socket.IO, over WebSocket: one emit to all.
const http = require("node:http");
const { Server } = require("socket.io");

const server = http.createServer();
const io = new Server(server, { serveClient: false });

server.on("request", (request, response) => {
  if (request.url !== "/publish") return;
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    io.emit("event", Buffer.concat(parts).toString());
    response.end("{}");
  });
});

server.keepAliveTimeout = 600_000;
server.listen(Number(process.argv[2]), "127.0.0.1", 4096);
