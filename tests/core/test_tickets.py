"""Tickets: what is sealed is what comes back, and nobody else's hands are any good."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest
from django.core import signing

from notifications.cursor import Cursor
from notifications.rights import Admission, session_digest
from notifications.tickets import LONGEST, lifetime, seal, unseal

KEY = "a-session-key-of-32-characters-00"
CURSOR = Cursor(41, "7f3a9c12")
ASKED = ("room.ops",)


def admission(**changes: Any) -> Admission:
    values: dict[str, Any] = {
        "user_id": 7,
        "name": "Alice Moreau",
        "is_staff": True,
        "session": session_digest(KEY),
        "expires": time.time() + 3600,
        "topics": frozenset({"all", "user.7", "room.ops"}),
        "asked": ASKED,
        "checked": time.time(),
    }
    return Admission(**values | changes)


def sealed(**changes: Any) -> str:
    text = seal(admission(**changes), CURSOR)
    assert text is not None
    return text


def test_what_was_sealed_comes_back() -> None:
    given = admission()
    ticket = unseal(seal(given, CURSOR) or "", KEY, ASKED)
    assert ticket is not None
    assert ticket == (given, CURSOR)
    assert (ticket.admission.checked, ticket.admission.by_ticket) == (given.checked, True)


def test_of_many_topics_it_is_packed_and_comes_back() -> None:
    given = admission(topics=frozenset(f"group.{number}" for number in range(200)))
    text = seal(given, CURSOR) or ""
    assert unseal(text, KEY, ASKED) == (given, CURSOR)
    assert len(text) < len("".join(given.topics))


def test_nobody_can_read_it_in_the_log_of_a_proxy() -> None:
    text = sealed()
    raw = urlsafe_b64decode(text)
    assert not any(word in raw for word in (b"Alice", b"room.ops", KEY.encode(), b"user.7"))


@pytest.mark.parametrize("key", ["another-session-key-of-32-char-00", KEY + "x", "", None])
def test_it_is_worth_nothing_with_another_cookie_or_none(key: str | None) -> None:
    assert unseal(sealed(), key, ASKED) is None


@pytest.mark.parametrize(
    "asked", [(), ("room.den",), ("room.ops", "room.den"), ("all", "room.ops")]
)
def test_it_is_for_the_topics_that_were_asked_for_and_no_others(asked: tuple[str, ...]) -> None:
    assert unseal(sealed(), KEY, asked) is None


def test_every_altered_byte_spoils_it() -> None:
    raw = bytearray(urlsafe_b64decode(sealed()))
    for place in range(0, len(raw), 3):
        altered = bytearray(raw)
        altered[place] ^= 1
        assert unseal(urlsafe_b64encode(altered).decode(), KEY, ASKED) is None


@pytest.mark.parametrize(
    "text",
    ["", "x", "é" * 40, "\0", "gAAAAA==", "=" * 300, "A" * LONGEST, "A" * 100_000, "..", "%00"],
)
def test_what_is_no_ticket_is_none(text: str) -> None:
    assert unseal(text, KEY, ASKED) is None


def test_what_is_signed_with_the_same_secret_for_something_else_is_none() -> None:
    values = ["7", "", False, session_digest(KEY), None, ["all"], ["room.ops"], time.time()]
    assert unseal(signing.dumps([*values, str(CURSOR)]), KEY, ASKED) is None


def test_another_site_cannot_make_one(settings: Any) -> None:
    text = sealed()
    settings.SECRET_KEY = "of another site, and long enough to be a secret key of its own"
    assert unseal(text, KEY, ASKED) is None


def test_a_key_that_was_replaced_still_opens_them(settings: Any) -> None:
    text = sealed()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new one, and long enough to be a secret key of its own too"
    assert unseal(text, KEY, ASKED) is not None
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(text, KEY, ASKED) is None


def test_it_ages(settings: Any) -> None:
    settings.NOTICEBOARD = {"TICKET_SECONDS": 600, "REVALIDATE_SECONDS": 2000}
    old = admission(checked=time.time() - 500)
    text = seal(old, CURSOR) or ""
    assert unseal(text, KEY, ASKED) is not None
    settings.NOTICEBOARD = {"TICKET_SECONDS": 400, "REVALIDATE_SECONDS": 2000}
    assert unseal(text, KEY, ASKED) is None
    # The new one of a connection that came with a ticket is no younger than the old one.
    assert seal(old, CURSOR) is None


def test_it_is_not_from_the_future() -> None:
    assert seal(admission(checked=time.time() + 60), CURSOR) is None


def test_it_lives_at_most_half_of_what_a_silent_change_may_take(settings: Any) -> None:
    settings.NOTICEBOARD = {"TICKET_SECONDS": 600, "REVALIDATE_SECONDS": 100}
    assert lifetime() == 50


def test_it_ends_with_the_session() -> None:
    assert seal(admission(expires=time.time() - 1), CURSOR) is None


def test_none_are_made_where_they_are_switched_off(settings: Any) -> None:
    text = sealed()
    settings.NOTICEBOARD = {"TICKET_SECONDS": 0}
    assert seal(admission(), CURSOR) is None
    assert unseal(text, KEY, ASKED) is None


def test_a_visitor_has_nothing_that_one_could_be_bound_to() -> None:
    visitor = replace(admission(), user_id=None, session=None, name="")
    assert seal(visitor, CURSOR) is None


def test_who_has_very_many_topics_goes_without() -> None:
    many = frozenset(f"room.{number * 7919 % 100_003}" for number in range(900))
    assert seal(admission(topics=many), CURSOR) is None
    few = frozenset(f"room.{number}" for number in range(60))
    assert len(sealed(topics=few)) <= LONGEST
