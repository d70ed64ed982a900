"""A person's browser without its JavaScript: pages, actions, and what it does about a 503."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import httpx

#: A page that takes longer is a failure.
SECONDS = 60


@dataclass
class Visitor:
    """One person at one server process. `statuses` is what every request was answered."""

    address: str
    session: str
    statuses: list[int] = field(default_factory=list)
    #: Seconds that each took, and the Retry-After of those that were told to come again.
    took: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=f"http://{self.address}",
            cookies={"sessionid": self.session},
            timeout=SECONDS,
        )

    def arrive(self) -> None:
        """Get the cookie that writing needs."""
        self.client.get("/").raise_for_status()
        self.client.headers["X-CSRFToken"] = self.client.cookies["csrftoken"]

    def get(self, path: str) -> int:
        return self._ask("GET", path)

    def post(self, room: str, text: str) -> int:
        """A post in a room; the status."""
        return self._ask("POST", f"/api/rooms/{room}/posts/", json={"text": text})

    def post_patiently(self, room: str, text: str, tries: int = 2) -> int:
        """As the client does: once more after Retry-After; how many tries it took, 0 for none."""
        for number in range(1, tries + 1):
            if self.post(room, text) == 200:
                return number
            time.sleep(self.waits[-1] if self.waits else 0)
        return 0

    def _ask(self, method: str, path: str, **named: object) -> int:
        began = time.monotonic()
        answer = self.client.request(method, path, **named)  # type: ignore[arg-type]
        self.statuses.append(answer.status_code)
        self.took.append(time.monotonic() - began)
        if "Retry-After" in answer.headers:
            self.waits.append(float(answer.headers["Retry-After"]))
        return answer.status_code

    def close(self) -> None:
        self.client.close()


#: What may be answered while a part is away; anything else is a fault of ours.
CLEAN = {200, 304, 503}
