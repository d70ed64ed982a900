"""A proxy that spoils things, as some do: `python -m tests.support.proxy --to PORT --buffer`.

Prints its port when it listens. Each connection carries one request; what a proxy of that kind
would do to it is done, the rest goes through as it is.
"""

import argparse
import asyncio
import contextlib
import re
from asyncio import StreamReader, StreamWriter

CHUNK = 65_536
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """`buffer`: an answer leaves when all of it is there; `upgrade`: False refuses WebSockets;
    `idle`: who is silent for so many seconds is cut; `host`: what the server is told instead.
    """

    def __init__(self, to: int, buffer: bool, upgrade: bool, idle: float, host: str) -> None:
        self.to = to
        self.buffer = buffer
        self.upgrade = upgrade
        self.idle = idle
        self.host = host

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        # Whoever goes away, goes away.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            await self.carry(reader, writer)
        writer.close()

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        upgrades = b"\r\nupgrade: websocket" in head.lower()
        if upgrades and not self.upgrade:
            writer.write(REFUSED)
            await writer.drain()
            return
        inner, outer = await asyncio.open_connection("127.0.0.1", self.to)
        outer.write(self.changed(head, upgrades))
        tasks = [
            asyncio.ensure_future(self.pipe(reader, outer, 0)),
            asyncio.ensure_future(self.back(inner, writer, upgrades)),
        ]
        try:
            # The answer's end is the end: it was asked for no other.
            await tasks[1]
        finally:
            tasks[0].cancel()
            outer.close()

    def changed(self, head: bytes, upgrades: bool) -> bytes:
        if self.host:
            head = re.sub(rb"(?im)^host: .*?\r$", b"Host: " + self.host.encode() + b"\r", head)
        if not upgrades:
            head = re.sub(rb"(?im)^connection: .*?\r\n", b"", head)
            head = head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
        return head

    async def back(self, inner: StreamReader, writer: StreamWriter, upgrades: bool) -> None:
        if not self.buffer or upgrades:
            await self.pipe(inner, writer, self.idle)
            return
        writer.write(await inner.read())
        await writer.drain()

    async def pipe(self, reader: StreamReader, writer: StreamWriter, idle: float) -> None:
        while True:
            async with asyncio.timeout(idle or None):
                data = await reader.read(CHUNK)
            if not data:
                return
            writer.write(data)
            await writer.drain()


async def run(options: argparse.Namespace) -> None:
    upgrade = not options.no_upgrade
    proxy = Proxy(options.to, options.buffer, upgrade, options.idle, options.host)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=int, required=True, help="Port of the server behind.")
    parser.add_argument("--buffer", action="store_true")
    parser.add_argument("--no-upgrade", action="store_true")
    parser.add_argument("--idle", type=float, default=0)
    parser.add_argument("--host", default="")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
