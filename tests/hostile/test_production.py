"""What a browser is told by the site in production: over TLS, with cookies of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.project.test_settings import PRODUCTION, start

ASK = """
import json, django
django.setup()
from django.core.management import call_command
from django.contrib.auth import get_user_model
from django.test import Client
call_command("migrate", verbosity=0)
get_user_model().objects.create_user("alice", password="alice")
host = "board.example.org"
plain = Client().get("/accounts/login/", headers={"Host": host})
browser = Client(headers={"Host": host})
page = browser.get("/accounts/login/", secure=True)
form = {"username": "alice", "password": "alice"}
signed_in = browser.post("/accounts/login/", form, secure=True)
stranger = Client().get("/accounts/login/", secure=True, headers={"Host": "evil.example"})
missing = Client().get("/no/such/page/", secure=True, headers={"Host": host})
cookies = {**page.cookies, **signed_in.cookies}
print(json.dumps({
    "plain": [plain.status_code, plain.headers.get("Location")],
    "signed_in": signed_in.status_code,
    "headers": dict(page.headers),
    "cookies": {name: {**each} for name, each in cookies.items()},
    "stranger": [stranger.status_code, stranger.content.decode()],
    "missing": [missing.status_code, missing.content.decode()],
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process with production's settings answers."""
    folder = tmp_path_factory.mktemp("production")
    static = folder / "static"
    static.mkdir()
    environment = {
        **PRODUCTION,
        "VAR_DIR": str(folder),
        "STATIC_ROOT": str(static),
        "DJANGO_SETTINGS_MODULE": "tests.hostile.production_settings",
    }
    answer = start(ASK, environment)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    assert Path(folder, "db.sqlite3").exists()
    return found


def test_it_speaks_over_tls_only_and_browsers_remember_that(told: dict[str, Any]) -> None:
    assert told["plain"] == [301, "https://board.example.org/accounts/login/"]
    header = told["headers"]["Strict-Transport-Security"]
    assert header == "max-age=31536000; includeSubDomains; preload"


@pytest.mark.parametrize("name", ["__Host-sessionid", "__Host-csrftoken"])
def test_its_cookies_belong_to_this_host_and_to_tls(told: dict[str, Any], name: str) -> None:
    assert told["signed_in"] == 302
    cookie = told["cookies"][name]
    assert cookie["secure"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    if name == "__Host-sessionid":
        assert cookie["httponly"] is True


def test_its_errors_say_nothing_of_what_is_inside(told: dict[str, Any]) -> None:
    assert told["stranger"][0] == 400
    assert told["missing"][0] == 404
    for _status, page in (told["stranger"], told["missing"]):
        for word in ("Traceback", "DEBUG", "urlpatterns", "ALLOWED_HOSTS", "board.example.org"):
            assert word not in page


def test_its_pages_carry_the_protecting_headers(told: dict[str, Any]) -> None:
    headers = told["headers"]
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
