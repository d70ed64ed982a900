"""A poll that finds nothing new: on our raw resource, and as an authenticated Django view."""

from __future__ import annotations

import http.client
import json
from statistics import median
from typing import Any

from bench.fanout.connecting import TICKET
from bench.fanout.progress import say
from bench.fanout.site import Site, site
from bench.fanout.sizes import Sizes
from bench.load.asking import ask
from bench.load.crew import crew

VIEW = "/bench/poll/"
POLL = "/api/events/"


def polls(sizes: Sizes) -> dict[str, Any]:
    """Answers a second of CPU, each reader another user with a session."""
    found: dict[str, list[float]] = {"view": [], "poll": [], "poll_with_ticket": []}
    with site(sizes.poll_connections) as ours:
        ours.publish()
        cookies = ours.cookies_for(sizes.poll_connections)
        tickets = _tickets(ours, cookies)
        asked = {
            "view": [_request(ours, VIEW, cookie, "") for cookie in cookies],
            "poll": [_request(ours, POLL, cookie, "") for cookie in cookies],
        }
        if all(tickets):
            pairs = zip(cookies, tickets, strict=True)
            asked["poll_with_ticket"] = [_request(ours, POLL, *pair) for pair in pairs]
        for _ in range(sizes.rounds):
            for name, requests in asked.items():
                found[name].append(_rate(ours, requests, sizes.poll_seconds))
    rates = {name: round(median(each), 1) for name, each in found.items() if each}
    say("answers a second of CPU: " + ", ".join(f"{rates[name]:.0f} {name}" for name in rates))
    return {"per_cpu_second": rates}


def _rate(ours: Site, requests: list[bytes], seconds: float) -> float:
    before = ours.cost.cpu()
    answered = ask(ours.address, requests, seconds)
    return answered / (ours.cost.cpu() - before)


def _tickets(ours: Site, cookies: list[str]) -> list[str]:
    with crew(1) as people:
        people.open(ours.address, ours.transports["websocket"], cookies)
        words = people.first_words()
    return [match[1] if (match := TICKET.search(each)) else "" for each in words]


def _request(ours: Site, path: str, cookie: str, ticket: str) -> bytes:
    """The request of one who is up to date, made from a first answer."""
    connection = http.client.HTTPConnection(ours.address, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    cursor, tag = json.load(answer)["cursor"], answer.headers["ETag"]
    connection.close()
    query = f"?after={cursor}" + (f"&ticket={ticket}" if ticket else "")
    return (
        f"GET {path}{query} HTTP/1.1\r\nHost: {ours.address}\r\nCookie: {cookie}\r\n"
        f"If-None-Match: {tag}\r\n\r\n"
    ).encode()
