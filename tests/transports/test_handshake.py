"""Whose page may ask, and what it asks for."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from notifications.errors import NoticeboardError
from notifications.transports.handshake import Handshake, parse_origin


def scope(origin: str | None = None, scheme: str = "http", **headers: str) -> dict[str, Any]:
    named = {"host": "board.example", **headers}
    if origin is not None:
        named["origin"] = origin
    listed = [(name.replace("_", "-").encode(), text.encode()) for name, text in named.items()]
    return {"scheme": scheme, "headers": listed, "query_string": b""}


@pytest.fixture(autouse=True)
def _board(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["board.example"]


def refusal(asked: dict[str, Any], required: bool = False) -> str | None:
    try:
        Handshake.of(asked, required)
    except NoticeboardError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("origin", "scheme"),
    [
        ("http://board.example", "http"),
        ("http://board.example:80", "http"),
        ("HTTP://BOARD.EXAMPLE", "ws"),
        ("https://board.example", "https"),
        ("https://board.example", "wss"),
    ],
)
def test_it_lets_pages_of_the_site_itself_in(origin: str, scheme: str) -> None:
    assert refusal(scope(origin, scheme), required=True) is None


@pytest.mark.parametrize(
    "origin",
    [
        "http://board.example",
        "https://board.example:8443",
        "https://board.example.evil.example",
        "https://evilboard.example",
        "https://board.example/",
        "https://board.example?",
        "https://board.example#",
        "https://user:password@board.example",
        "https://board.example https://board.example",
        "https://board.example,https://board.example",
        "https://[board.example",
        "https://board.example:port",
        "https://",
        "//board.example",
        "file://",
        "null",
        "",
    ],
)
def test_it_refuses_every_other_origin(origin: str) -> None:
    assert refusal(scope(origin, "https")) == "bad_origin"


def test_a_request_without_an_origin_is_fine_but_for_a_socket() -> None:
    assert refusal(scope()) is None
    assert refusal(scope(), required=True) == "bad_origin"


def test_a_proxy_is_believed_only_where_the_settings_say_so(settings: Settings) -> None:
    asked = scope("https://board.example", x_forwarded_proto="https")
    assert refusal(asked) == "bad_origin"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert refusal(asked) is None
    assert refusal(scope("https://board.example", "https", x_forwarded_proto="http")) is not None


def test_a_forwarded_host_is_believed_only_where_the_settings_say_so(
    settings: Settings,
) -> None:
    settings.ALLOWED_HOSTS = ["board.example", "other.example"]
    asked = scope("http://other.example", x_forwarded_host="other.example")
    assert refusal(asked) == "bad_origin"
    settings.USE_X_FORWARDED_HOST = True
    assert refusal(asked) is None


@pytest.mark.parametrize("host", ["evil.example", "", "board.example:x", "board.example, a"])
def test_it_refuses_a_host_that_is_not_ours(host: str) -> None:
    assert refusal(scope(host=host)) == "bad_request"


@pytest.mark.parametrize("setting", ["ORIGINS", "CSRF_TRUSTED_ORIGINS"])
def test_it_lets_the_origins_of_the_settings_in(settings: Settings, setting: str) -> None:
    named = ("https://portal.example", "https://*.team.example")
    if setting == "ORIGINS":
        settings.NOTICEBOARD = {"ORIGINS": named}
    else:
        settings.CSRF_TRUSTED_ORIGINS = list(named)
    assert refusal(scope("https://portal.example"), required=True) is None
    assert refusal(scope("https://a.team.example"), required=True) is None
    assert refusal(scope("http://portal.example")) == "bad_origin"
    assert refusal(scope("https://team.example")) == "bad_origin"
    assert refusal(scope("https://evilteam.example")) == "bad_origin"
    assert refusal(scope("https://a.team.example:8443")) == "bad_origin"


def test_it_finds_the_session_among_split_cookies() -> None:
    asked = scope()
    asked["headers"] += [(b"cookie", b"a=1"), (b"cookie", b"sessionid=key; b=2")]
    assert Handshake.of(asked).session_key == "key"


def test_it_reads_every_topic_and_the_last_of_anything_else() -> None:
    asked = scope() | {"query_string": b"topic=a&after=1&topic=b&after=2&empty="}
    handshake = Handshake.of(asked)
    assert handshake.asked == ("a", "b")
    assert handshake.last("after") == "2"
    assert handshake.last("empty") == ""
    assert handshake.last("none") is None


@pytest.mark.parametrize(("query", "code"), [("", None), ("v=1", None), ("v=2", "old_version")])
def test_it_refuses_a_page_of_another_version(query: str, code: str | None) -> None:
    assert refusal({**scope(), "query_string": query.encode()}) == code


def test_an_origin_has_a_scheme_a_host_and_a_port() -> None:
    assert parse_origin("https://Board.Example") == ("https", "board.example", 443)
    assert parse_origin("http://[::1]:8000") == ("http", "::1", 8000)
    assert parse_origin("http://board.example\x00") is None
