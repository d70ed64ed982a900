"""Every address there is: what a visitor gets there, and that reading changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver

from notifications import log, notify, routing
from notifications.models import Room

# Address → what a visitor gets for GET and for POST where no room is public.
ROUTES = {
    "": (302, 302),
    "n/<int:pk>/": (302, 302),
    "n/<int:pk>/pane/": (302, 302),
    "n/<int:pk>/mute/": (302, 302),
    "n/<int:pk>/actions/<int:number>/": (302, 302),
    "inbox/<slug:action>/": (302, 302),
    "follow/": (302, 405),
    "rooms/": (302, 405),
    "rooms/<str:slug>/": (302, 405),
    "rooms/<str:slug>/post/": (405, 302),
    "rooms/<str:slug>/name/": (405, 302),
    "rooms/<str:slug>/moderation/": (405, 302),
    "rooms/<str:slug>/posts/<int:id>/<str:do>/": (405, 302),
    "rooms/<str:slug>/wall-link/": (405, 302),
    "wall/<str:slug>/": (302, 405),
    "wall/<str:slug>/open/<str:token>/": (404, 405),
    "operators/": (302, 405),
    "operators/disconnect/": (302, 302),
    "api/operators/": (401, 405),
    "api/operators/trace/": (401, 405),
    "lab/": (302, 405),
    "lab/pointers/": (302, 405),
    "api/lab/run/": (401, 401),
    "api/lab/run/stop/": (405, 401),
    "api/lab/run/pause/": (405, 401),
    "api/lab/time/": (401, 405),
    "api/notifications/<int:id>/actions/<int:number>/": (405, 401),
    "api/unread/": (401, 405),
    "api/inbox/": (401, 405),
    "api/inbox/<str:action>/": (405, 401),
    "api/rooms/<str:slug>/posts/": (401, 401),
    "api/rooms/<str:slug>/posts/<int:id>/": (401, 405),
    "api/rooms/<str:slug>/posts/<int:id>/edit/": (405, 401),
    "api/rooms/<str:slug>/posts/<int:id>/delete/": (405, 401),
    "api/rooms/<str:slug>/posts/<int:id>/react/": (405, 401),
    "api/rooms/<str:slug>/posts/<int:id>/report/": (405, 401),
    "api/rooms/<str:slug>/people/": (401, 405),
    "api/rooms/<str:slug>/moderation/": (405, 401),
    "api/rooms/<str:slug>/wall-link/": (405, 401),
    "api/rooms/<str:slug>/present/": (404, 405),
    "api/signals/": (405, 400),
    "api/calls/<str:ref>/": (405, 400),
    "preferences/": (302, 302),
    "views/": (302, 302),
    "views/<int:pk>/remove/": (302, 302),
    "api/views/": (401, 401),
    "api/views/<int:pk>/": (405, 405),
    "api/preferences/": (401, 401),
    "api/texts/": (401, 405),
    "setup/": (404, 404),
    "api/setup/": (404, 404),
    "api/setup/send/": (405, 404),
    "api/": (404, 404),
    "favicon.ico": (302, 302),
    "jsi18n/": (200, 405),
    "language/": (302, 302),
    "accounts/login/": (200, 200),
    "accounts/logout/": (405, 302),
}
BESIDE_DJANGO = {
    "/events",
    "/events/ticks",
    "/ws/ticks",
    "/api/events",
    "/healthz",
    "/readyz",
    "/metrics",
    "/health/ready",
    "/ws",
}
ARGUMENTS = {
    "<int:pk>": "1",
    "<slug:action>": "read",
    "<str:action>": "read",
    "<str:slug>": "lobby",
    "<int:id>": "1",
    "<int:number>": "0",
    "<str:do>": "edit",
    "<str:token>": "0123456789abcdef",
    "<str:ref>": "0123456789abcdef",
}

pytestmark = pytest.mark.django_db


def patterns(found: Any = None, before: str = "") -> Iterator[str]:
    for each in get_resolver().url_patterns if found is None else found:
        path = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from patterns(each.url_patterns, path)
        else:
            yield path


def url(pattern: str) -> str:
    for name, value in ARGUMENTS.items():
        pattern = pattern.replace(name, value)
    return f"/{pattern}"


def everything() -> dict[str, list[str]]:
    """All rows of ours and of the users."""
    models = [*apps.get_app_config("notifications").get_models(), apps.get_model("auth.User")]
    return {
        model.__name__: sorted(map(str, model._default_manager.values_list())) for model in models
    }


def test_it_has_no_other_address() -> None:
    ours = {path for path in patterns() if not path.startswith("admin/")}
    assert ours == set(ROUTES)
    assert set(routing.HTTP) | set(routing.WEBSOCKET) == BESIDE_DJANGO


@pytest.mark.parametrize("pattern", ROUTES)
def test_it_gives_a_visitor_nothing(client: Client, pattern: str) -> None:
    read, written = ROUTES[pattern]
    response = client.get(url(pattern))
    assert response.status_code == read
    body = {"ids": [1]} if pattern.startswith("api/") else {}
    kind = {"content_type": "application/json"} if body else {}
    assert client.post(url(pattern), body, **kind).status_code == written


@pytest.mark.parametrize("pattern", ROUTES)
def test_it_changes_nothing_when_it_is_read(client: Client, alice: Any, pattern: str) -> None:
    notify("The lift is out of order", to="all")
    Room.objects.create(slug="lobby", name="Lobby", is_public=True)
    client.force_login(alice)
    log.head()  # a test that flushed the tables took the counter's row away
    before = everything()
    client.get(url(pattern))
    client.head(url(pattern))
    assert everything() == before


@pytest.mark.parametrize("pattern", ["", "accounts/login/", "api/inbox/", "admin/login/"])
def test_its_answers_carry_the_protecting_headers(client: Client, pattern: str) -> None:
    headers = client.get(url(pattern)).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for words in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert words in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_its_private_pages_are_kept_by_no_cache(client: Client, alice: Any) -> None:
    client.force_login(alice)
    for pattern in ("", "api/inbox/"):
        response = client.get(url(pattern))
        assert response.status_code == 200
        assert "no-store" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]
        assert "Cookie" in response.headers["Vary"]
