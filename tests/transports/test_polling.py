"""Polling and long polling: one resource, its codes and its cache rules."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.support.site import Site, wait_until

Json = dict[str, Any]


def user_of(people: SimpleNamespace) -> int:
    return int(people.alice_topic.removeprefix("user."))


def titles(answer: httpx.Response) -> list[str]:
    return [event["data"].get("title") for event in answer.json()["events"]]


def test_it_answers_what_came_since_the_cursor(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    start = site.do("head")
    site.do("notify", title="one", to=[people.alice_topic])
    site.do("notify", title="not hers", to=[people.bob_topic])
    answer = http.get("/api/events/", params={"after": start, "wait": 25})
    assert set(answer.json()) == {
        *("cursor", "user", "events", "signals", "reset", "client", "since")
    }
    assert answer.json()["reset"] is False
    assert titles(answer) == ["one"]
    again = http.get("/api/events/", params={"after": answer.json()["cursor"]})
    assert titles(again) == []


def test_without_a_cursor_it_answers_the_head(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    answer = http.get("/api/events/", params={"client": "0123456789abcdef", "since": "0123abcd.5"})
    assert answer.json() == {
        "client": "0123456789abcdef",
        "since": "0123abcd.5",
        "cursor": site.do("head"),
        "user": user_of(people),
        "events": [],
        "signals": [],
        "reset": False,
    }


def test_a_post_works_as_a_get_without_a_token(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    start = site.do("head")
    site.do("notify", title="one", to=[people.alice_topic])
    by_body = http.post("/api/events/", json={"after": start, "wait": 25, "topic": ["all"]})
    by_query = http.post("/api/events/", params={"after": start, "wait": 25})
    assert titles(by_body) == titles(by_query) == ["one"]


def test_it_answers_304_only_where_nothing_has_moved(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    first = http.get("/api/events/")
    cursor, tag = first.json()["cursor"], first.headers["etag"]
    known = {"If-None-Match": f'"other", W/{tag}'}
    same = http.get("/api/events/", params={"after": cursor}, headers=known)
    assert same.status_code == 304
    assert same.content == b""
    assert same.headers["etag"] == tag
    assert same.headers["cache-control"] == "no-store, private"
    site.do("notify", title="not hers", to=[people.bob_topic])
    head = site.do("head")
    moved = http.get("/api/events/", params={"after": cursor, "wait": 0}, headers=known)
    while moved.status_code == 304:  # until the server has heard of it
        moved = http.get("/api/events/", params={"after": cursor}, headers=known)
    assert moved.json()["cursor"] == head
    assert titles(moved) == []


def test_a_304_does_not_hide_that_the_session_has_ended(
    site: Site, people: SimpleNamespace, origin: str
) -> None:
    session = site.do("session", username=people.bob)
    cookie = {"Cookie": f"sessionid={session}"}
    first = httpx.get(f"{origin}/api/events/", headers=cookie)
    site.do("sign_out", session_key=session)
    known = cookie | {"If-None-Match": first.headers["etag"]}
    query = {"after": first.json()["cursor"]}

    def as_a_visitor() -> httpx.Response | None:
        answer = httpx.get(f"{origin}/api/events/", params=query, headers=known)
        return answer if answer.status_code == 200 and answer.json()["user"] is None else None

    assert wait_until(as_a_visitor, "the server knows that bob has signed out")


def test_a_long_poll_is_answered_as_soon_as_there_is_something(
    site: Site, people: SimpleNamespace, http: httpx.Client
) -> None:
    start = site.do("head")
    writing = threading.Timer(
        0.5, site.do, ["notify"], {"title": "soon", "to": [people.alice_topic]}
    )
    writing.start()
    answer = http.get("/api/events/", params={"after": start, "wait": 25})
    writing.join()
    assert titles(answer) == ["soon"]
    assert answer.elapsed.total_seconds() < 20


def test_a_long_poll_for_which_nothing_comes_is_answered_after_its_wait(
    site: Site, http: httpx.Client
) -> None:
    started = time.monotonic()
    answer = http.get("/api/events/", params={"after": site.do("head"), "wait": "0.7"})
    assert time.monotonic() - started >= 0.7
    assert titles(answer) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("after=", "bad_cursor"),
        ("after=abc", "bad_cursor"),
        ("after=-1.abcdef12", "bad_cursor"),
        ("after=1_0.abcdef12", "bad_cursor"),
        ("after=%D9%A1.abcdef12", "bad_cursor"),
        ("after=1.%00", "bad_cursor"),
        ("after=1.abcdef12%0A", "bad_cursor"),
        ("after=" + "9" * 4096, "bad_cursor"),
        ("after=" + "9" * 30 + ".abcdef12", "bad_cursor"),
        ("wait=-1", "bad_request"),
        ("wait=1e3", "bad_request"),
        ("wait=nan", "bad_request"),
        ("wait=%D9%A1", "bad_request"),
        ("&".join("topic=a" for _ in range(200)), "bad_request"),
    ],
)
def test_it_refuses_what_it_cannot_read_with_a_code(
    http: httpx.Client, query: str, code: str
) -> None:
    answer = http.get(f"/api/events/?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["detail"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        (b"[]", 400, "bad_json"),
        (b'{"after":1}', 400, "wrong_type"),
        (b'{"after":"x"}', 400, "bad_cursor"),
        (b'{"wait":"1"}', 400, "wrong_type"),
        (b'{"wait":true}', 400, "wrong_type"),
        (b'{"wait":1e999}', 400, None),
        (b'{"topic":7}', 400, "wrong_type"),
        (b'{"since":1}', 400, "unknown_field"),
        (b" " * 65_537, 413, "too_large"),
    ],
)
def test_it_refuses_a_body_that_it_cannot_read(
    http: httpx.Client, body: bytes, status: int, code: str | None
) -> None:
    answer = http.post("/api/events/", content=body)
    assert answer.status_code == status
    assert code in (None, answer.json()["error"]["code"])


@pytest.mark.parametrize("seq", ["here", "ahead"])
def test_a_cursor_of_another_log_is_a_reset(site: Site, http: httpx.Client, seq: str) -> None:
    head = site.do("head")
    number = int(head.split(".")[0]) + (0 if seq == "here" else 1_000_000)
    answer = http.get("/api/events/", params={"after": f"{number}.00000000", "wait": 5})
    assert answer.status_code == 200
    assert answer.json()["reset"]
    assert answer.json()["cursor"] == head


def test_it_answers_for_this_reader_only_and_to_no_other_origin(http: httpx.Client) -> None:
    answer = http.get("/api/events/")
    assert answer.headers["cache-control"] == "no-store, private"
    assert "Cookie" in answer.headers["vary"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    foreign = http.post("/api/events/", headers={"Origin": "null"}, json={})
    assert foreign.status_code == 403
    assert foreign.json()["error"]["code"] == "bad_origin"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"])
def test_only_get_and_post_are_allowed(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/api/events/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize("cookie", ["sessionid=", "sessionid=%00", "sessionid=\x7f", "a;=;", "é"])
def test_a_cookie_that_is_no_session_is_a_visitors(
    site: Site, people: SimpleNamespace, origin: str, cookie: str
) -> None:
    headers = {b"Cookie": cookie.encode("latin-1")}
    answer = httpx.get(f"{origin}/api/events/", headers=headers)
    assert answer.status_code == 200
    asked = httpx.get(f"{origin}/api/events/?topic={people.team}&topic=all", headers=headers)
    assert asked.status_code == 200


def test_a_host_that_is_not_ours_is_refused(http: httpx.Client) -> None:
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert http.get("/api/events/", headers=headers).status_code == 400
