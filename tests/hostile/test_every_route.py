"""What holds at every address of the site: tokens on writes, no caches, no other origin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from notifications import log, notify
from notifications.models import Room
from tests.project.test_routes import ROUTES, everything, url

pytestmark = pytest.mark.django_db

#: Addresses that are the same for everybody.
PUBLIC = {"favicon.ico", "jsi18n/", "language/"}
FOREIGN = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}


@pytest.fixture
def board(alice: Any) -> Client:
    """alice's browser, which is asked for its token; there is something at each address."""
    alice.is_staff = alice.is_superuser = True
    alice.save()
    Room.objects.create(slug="lobby", name="Lobby", is_public=True)
    notify("The lift is out of order", to="all")
    log.head()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    return browser


def kind(pattern: str) -> dict[str, Any]:
    return {"content_type": "application/json", "data": "{}"} if pattern.startswith("api/") else {}


@pytest.mark.parametrize("headers", [{}, FOREIGN], ids=["no token", "another site"])
def test_nothing_is_written_without_a_token(board: Client, headers: dict[str, str]) -> None:
    before = everything()
    for pattern in [*ROUTES, "admin/login/", "admin/notifications/room/add/"]:
        status = board.post(url(pattern), headers=headers, **kind(pattern)).status_code
        # 404 and 405: nothing is written there at all.
        assert status in (403, 404, 405), (pattern, status)
    assert everything() == before


@pytest.mark.parametrize("pattern", ["api/inbox/read/", "inbox/read/", "rooms/lobby/post/"])
def test_a_token_of_somebody_else_is_none(board: Client, pattern: str) -> None:
    headers = {"X-CSRFToken": "a" * 64}
    assert board.post(f"/{pattern}", headers=headers, **kind(pattern)).status_code == 403


@pytest.mark.parametrize("query", ["", "?q=x"])
def test_what_is_private_is_kept_by_no_cache(board: Client, query: str) -> None:
    for pattern in sorted(set(ROUTES) - PUBLIC):
        response = board.get(url(pattern) + query)
        if response.status_code in (404, 405):
            continue
        kept = response.headers.get("Cache-Control", "")
        assert "no-store" in kept, (pattern, response.status_code, kept)
        assert "private" in kept, (pattern, kept)
        assert "Cookie" in response.headers.get("Vary", ""), pattern


def test_no_other_origin_may_read_an_answer(board: Client) -> None:
    asking = {**FOREIGN, "Access-Control-Request-Method": "POST"}
    for pattern in ROUTES:
        for response in (
            board.get(url(pattern), headers=FOREIGN),
            board.options(url(pattern), headers=asking),
        ):
            named = [name for name in response.headers if name.startswith("Access-Control-")]
            assert not named, pattern


def test_a_host_that_is_not_ours_gets_nothing(board: Client) -> None:
    for pattern in ROUTES:
        response = board.get(url(pattern), headers={"Host": "evil.example"})
        assert response.status_code == 400, pattern


def test_every_answer_carries_the_protecting_headers(board: Client) -> None:
    for pattern in ROUTES:
        headers = board.get(url(pattern)).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, pattern
        assert "frame-ancestors 'none'" in policy, pattern
        assert headers["X-Content-Type-Options"] == "nosniff", pattern
        assert headers["Referrer-Policy"] == "same-origin", pattern
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", pattern
