"""python-socketio on uvicorn: one emit to all."""

import sys
from typing import Any

import socketio
import uvicorn

LENGTH = [(b"content-length", b"2")]

server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
sockets = socketio.ASGIApp(server)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """`POST /publish`, and Socket.IO for the rest."""
    if scope["type"] != "http" or scope["path"] != "/publish":
        await sockets(scope, receive, send)
        return
    body = (await receive()).get("body", b"")
    await server.emit("event", body.decode())
    await send({"type": "http.response.start", "status": 200, "headers": LENGTH})
    await send({"type": "http.response.body", "body": b"{}"})


if __name__ == "__main__":
    uvicorn.run(
        application, host="127.0.0.1", port=int(sys.argv[1]), backlog=4096, log_level="warning",
        timeout_keep_alive=600,
    )  # fmt: skip
