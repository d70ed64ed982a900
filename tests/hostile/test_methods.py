"""Every address with every method: what is not meant is 405, and reads change nothing."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.test import Client

from notifications import log
from tests.hostile.conftest import SECONDS, answer_to
from tests.project.test_routes import BESIDE_DJANGO, ROUTES, everything, url
from tests.support.site import Site

#: What no address of ours is meant for.
NEVER = ("TRACE", "CONNECT", "TRACK", "PROPFIND", "FOO", "get")
#: What some are.
SELDOM = ("PUT", "PATCH", "DELETE")
DJANGO = [*ROUTES, "admin/", "admin/login/", "no/such/page/"]
#: Django's own views answer alike whatever the method, and change nothing.
ANY_METHOD = {
    "favicon.ico",
    "language/",
    "accounts/login/",
    "admin/",
    "admin/login/",
    "no/such/page/",
}
#: Nobody is told to be a program's API here: OPTIONS says no more than the methods.
WITH_OPTIONS = {"jsi18n/", "accounts/logout/", *ANY_METHOD}


@pytest.mark.parametrize("method", NEVER)
def test_a_method_that_is_none_is_refused_at_every_address(site: Site, method: str) -> None:
    paths = [*(url(each) for each in DJANGO), *(f"{each}/" for each in BESIDE_DJANGO)]
    for path in paths:
        head = f"{method} {path} HTTP/1.1\r\nHost: {site.address()}\r\nCookie: a=secret\r\n"
        answer = answer_to(site, f"{head}Connection: close\r\n\r\n".encode())
        assert answer.startswith((b"HTTP/1.1 405", b"HTTP/1.1 400")), (method, path, answer[:80])
        assert b"secret" not in answer


@pytest.mark.parametrize("method", [*SELDOM, "OPTIONS"])
@pytest.mark.django_db
def test_other_methods_are_refused_and_change_nothing(
    client: Client, alice: Any, method: str
) -> None:
    client.force_login(alice)
    log.head()
    before = everything()
    for pattern in ROUTES:
        if pattern in (WITH_OPTIONS if method == "OPTIONS" else ANY_METHOD):
            continue
        response = client.generic(method, url(pattern), "{}", content_type="application/json")
        # An address with a number that is nobody's may say that first.
        assert response.status_code in (400, 404, 405), (method, pattern)
    assert everything() == before


@pytest.mark.parametrize("path", sorted(BESIDE_DJANGO - {"/ws", "/ws/ticks"}))
def test_beside_django_only_its_own_methods_are_allowed(
    site: Site, people: SimpleNamespace, path: str
) -> None:
    address = f"http://{site.address()}{path}/"
    headers = {"Cookie": f"sessionid={people.session['alice']}"}
    with httpx.Client(headers=headers, timeout=SECONDS) as client:
        for method in SELDOM:
            response = client.request(method, address, content=b"{}")
            assert response.status_code in (403, 404, 405), (path, method)


def test_a_refusal_is_said_in_json_and_kept_by_no_cache(site: Site) -> None:
    with httpx.Client(timeout=SECONDS) as client:
        response = client.request("TRACE", f"http://{site.address()}/api/inbox/")
    assert json.loads(response.text)["error"]["code"] == "method_not_allowed"
    assert "no-store" in response.headers["cache-control"]
    assert "GET" in response.headers["allow"]
