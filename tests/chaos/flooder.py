"""A writer that knows no measure: actions over a WebSocket and over HTTP, at a rate.

`python -m tests.chaos.flooder ADDRESS SESSION FRAMES POSTS`, the last two a second. It floods
and rests by turns, at each line of its standard input; at the end of that it says what it was told.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable

import httpx

from tests.chaos.raw import Raw

#: Frames that are sent together: a sleep of a millisecond is none.
TOGETHER = 20


class Flooder:
    """Two threads that go on whatever they are told."""

    def __init__(self, address: str, session: str):
        self.address, self.session = address, session
        self.counts: Counter[str] = Counter()
        self.ended = threading.Event()
        self.going = threading.Event()

    def at_a_rate(self, once: Callable[[], int], rate: float) -> None:
        """Do it so often a second on average; each call says how many it has done."""
        due = time.monotonic()
        while not self.ended.is_set():
            if not self.going.wait(0.1):
                continue
            due = max(due + once() / rate, time.monotonic() - 1)
            self.ended.wait(max(0.0, due - time.monotonic()))

    def talk(self, rate: float) -> None:
        """Actions over a socket; a new one where the server has closed it."""
        open_sockets: list[Raw] = []

        def once() -> int:
            if not open_sockets:
                try:
                    open_sockets.append(Raw("websocket", self.address, self.session))
                except OSError:
                    self.counts["refused"] += 1
                    return TOGETHER
                self.counts["sockets"] += 1
            socket = open_sockets[0]
            socket.read()
            said = socket.send('{"ref":1,"do":"read","ids":[1]}', TOGETHER)
            self.counts["frames"] += TOGETHER * said
            if socket.cut or not said:
                open_sockets.pop().close()
            return TOGETHER

        self.at_a_rate(once, rate)

    def post(self, rate: float) -> None:
        """Actions over HTTP, as a page sends them."""
        with httpx.Client(
            base_url=f"http://{self.address}", cookies={"sessionid": self.session}, timeout=30
        ) as client:
            client.get("/")
            headers = {"X-CSRFToken": client.cookies["csrftoken"]}

            def once() -> int:
                try:
                    answer = client.post("/api/inbox/read/", json={"ids": [1]}, headers=headers)
                    self.counts[f"posts {answer.status_code}"] += 1
                except httpx.TransportError:
                    self.counts["posts lost"] += 1
                return 1

            self.at_a_rate(once, rate)


def main() -> None:
    address, session, frames, posts = sys.argv[1:]
    flooder = Flooder(address, session)
    threads = [
        threading.Thread(target=flooder.talk, args=(float(frames),)),
        threading.Thread(target=flooder.post, args=(float(posts),)),
    ]
    for thread in threads:
        thread.start()
    for _line in sys.stdin:
        if flooder.going.is_set():
            flooder.going.clear()
        else:
            flooder.going.set()
    flooder.ended.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(flooder.counts) + "\n")


if __name__ == "__main__":
    main()
