"""Server-sent events: django-eventstream's names, our cursor, and no status that stops a reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import httpx_sse
import pytest

from tests.support.site import Site

Blocks = Iterator[httpx_sse.ServerSentEvent]


def stream(http: httpx.Client, query: str = "", **headers: str) -> Any:
    return httpx_sse.connect_sse(http, "GET", f"/events/{query}", headers=headers)


def block(blocks: Blocks) -> httpx_sse.ServerSentEvent:
    """The next block that is no heartbeat."""
    return next(each for each in blocks if each.event != "keep-alive")


def test_it_is_a_stream_that_nobody_keeps(http: httpx.Client) -> None:
    with http.stream("GET", "/events/") as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store, private"
        assert response.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in response.headers
        first = next(response.iter_lines())
    name, milliseconds = first.split(": ")
    assert name == "retry"
    assert 1000 <= int(milliseconds) <= 3000


def test_it_opens_with_the_cursor_and_tells_what_is_published(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    with stream(http) as source:
        blocks = source.iter_sse()
        opened = block(blocks)
        assert opened.event == "stream-open"
        assert json.loads(opened.data)["cursor"] == opened.id
        site.do("notify", title="line\u2028two\r\n", to=[people.alice_topic])
        told = block(blocks)
    assert told.event == "message"
    assert json.loads(told.data)["cursor"] == told.id
    assert json.loads(told.data)["type"] == "notification.created"


@pytest.mark.parametrize("way", ["header", "lastEventId", "after"])
def test_it_continues_from_a_cursor(
    site: Site, people: SimpleNamespace, http: httpx.Client, way: str
) -> None:
    start = site.do("head")
    site.do("notify", title="missed", to=[people.alice_topic])
    headers = {"Last-Event-ID": start} if way == "header" else {}
    query = "" if way == "header" else f"?{way}={start}"
    with stream(http, query, **headers) as source:
        blocks = source.iter_sse()
        assert block(blocks).id == start
        assert json.loads(block(blocks).data)["data"]["title"] == "missed"


def test_the_header_of_a_reconnect_goes_before_the_address(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    old = site.do("head")
    site.do("notify", title="known", to=[people.alice_topic])
    new = site.do("head")
    with stream(http, f"?lastEventId={old}", **{"Last-Event-ID": new}) as source:
        assert block(source.iter_sse()).id == new


def test_a_heartbeat_carries_the_cursor(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    with stream(http) as source:
        blocks = source.iter_sse()
        site.do("notify", title="not hers", to=[people.charlie_topic])
        head = site.do("head")
        beat = next(each for each in blocks if each.event == "keep-alive" and each.id == head)
    assert json.loads(beat.data) == {}


@pytest.mark.parametrize(
    "cursor",
    ["abc", "-1.abcdef12", "1_0.abcdef12", "9" * 4000, "error", "1:2,3:4", "log:1", ",", "a:b:c"],
)
def test_an_unreadable_cursor_is_a_reset_and_the_stream_goes_on(
    site: Site, people: SimpleNamespace, http: httpx.Client, cursor: str
) -> None:
    with stream(http, **{"Last-Event-ID": cursor}) as source:
        assert source.response.status_code == 200
        blocks = source.iter_sse()
        opened, reset = block(blocks), block(blocks)
        assert reset.event == "stream-reset"
        assert json.loads(reset.data) == {"reason": "unreadable", "cursor": opened.id}
        assert reset.id == opened.id
        site.do("notify", title="goes on", to=[people.alice_topic])
        assert json.loads(block(blocks).data)["data"]["title"] == "goes on"


@pytest.mark.parametrize("cursor", ["%D9%A1.abcdef12", "1.%00", "%FF", "%0d%0aevent:x"])
def test_an_unreadable_cursor_in_the_address_is_a_reset(http: httpx.Client, cursor: str) -> None:
    with stream(http, f"?lastEventId={cursor}") as source:
        blocks = source.iter_sse()
        assert [block(blocks).event, block(blocks).event] == ["stream-open", "stream-reset"]


def test_what_django_eventstream_signs_for_its_proxy_is_not_taken(http: httpx.Client) -> None:
    with stream(http, "?es-meta=abc&link=next&recover=true&channel=all") as source:
        assert block(source.iter_sse()).event == "stream-open"


def test_a_page_of_another_origin_is_refused_and_told_nothing(http: httpx.Client) -> None:
    answer = http.get("/events/", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "bad_origin"
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"])
def test_only_get_is_allowed(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/events/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


def test_what_send_event_of_django_eventstream_sends_arrives(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    with stream(http) as source:
        blocks = source.iter_sse()
        block(blocks)
        code = (
            "from django_eventstream import send_event;"
            f"send_event({people.alice_topic!r}, 'order.changed', {{'id': 7}});"
            f"send_event({people.bob_topic!r}, 'order.changed', {{'id': 8}});"
            f"send_event({people.alice_topic!r}, 'message', 'hello')"
        )
        site.run("shell", "--command", code)
        told = [json.loads(block(blocks).data) for _ in range(2)]
    assert [(each["type"], each["data"]) for each in told] == [
        ("order.changed", {"id": 7}),
        ("message", {"value": "hello"}),
    ]
