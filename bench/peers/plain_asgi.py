"""A plain ASGI application on uvicorn: every socket is sent to in turn."""

import contextlib
import sys
from typing import Any

import uvicorn

LENGTH = [(b"content-length", b"2")]

sending: set[Any] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """WebSockets, and `POST /publish`."""
    if scope["type"] == "websocket":
        await subscribe(receive, send)
    elif scope["type"] == "http":
        body = (await receive()).get("body", b"")
        await publish(body.decode())
        await send({"type": "http.response.start", "status": 200, "headers": LENGTH})
        await send({"type": "http.response.body", "body": b"{}"})


async def subscribe(receive: Any, send: Any) -> None:
    """One socket, until it is closed."""
    await receive()
    await send({"type": "websocket.accept"})
    sending.add(send)
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        sending.discard(send)


async def publish(text: str) -> None:
    """Give it to all."""
    for send in list(sending):
        with contextlib.suppress(Exception):
            await send({"type": "websocket.send", "text": text})


if __name__ == "__main__":
    uvicorn.run(
        application, host="127.0.0.1", port=int(sys.argv[1]), backlog=4096, log_level="warning",
        lifespan="off", ws_per_message_deflate=False, timeout_keep_alive=600,
    )  # fmt: skip
