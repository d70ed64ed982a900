"""The description of the API against the API, and the API against what a fuzzer makes of it."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from notifications.api import ACTIONS
from notifications.errors import TABLE
from scripts.openapi import ARGUMENTS, PATHS, PLACE, STATUSES, description, text
from tests.hostile.conftest import SECONDS
from tests.project.test_routes import ROUTES
from tests.support.site import Site

#: Requests made up for each operation.
EXAMPLES = 5
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SLUG = re.compile(ARGUMENTS["slug"]["pattern"])
schema = schemathesis.openapi.from_dict(description())
# Made-up values only: which methods there are, and what is missing, other tests try one by one.
schema.config.phases.coverage.enabled = False


def test_the_file_is_what_the_script_writes() -> None:
    assert PLACE.read_text() == text()


def test_it_describes_every_address_of_the_api() -> None:
    def plain(path: str) -> str:
        for kind in ("str", "int", "slug"):
            path = path.replace(f"<{kind}:", "{").replace(">", "}")
        return f"/{path}"

    ours = {plain(each) for each in ROUTES if each.startswith("api/") and each != "api/"}
    assert set(PATHS) == {*ours, "/api/events/"}


@pytest.mark.django_db
def test_it_describes_every_method_of_them(client: Client, admin_user: Any) -> None:
    client.force_login(admin_user)
    values = {"{slug}": "lobby", "{ref}": "0" * 32, "{action}": "read"}
    for path, methods in PATHS.items():
        if path == "/api/events/":
            continue
        for name, value in {**values, "{id}": "1", "{pk}": "1", "{number}": "0"}.items():
            path = path.replace(name, value)
        allowed = client.put(path, "{}", content_type="application/json").headers["Allow"]
        assert set(allowed.split(", ")) - {"HEAD"} == {each.upper() for each in methods}, path


def test_it_names_every_action_and_every_status_of_an_error() -> None:
    assert set(ARGUMENTS["action"]["enum"]) == set(ACTIONS)
    # 426 is said to pages of another version only.
    assert {row.status for row in TABLE.values()} - {426} <= set(STATUSES)


@pytest.fixture(scope="module")
def browser(site: Site, people: SimpleNamespace) -> SimpleNamespace:
    """alice's cookies, and the token of her pages; somebody has written in a room of hers."""
    site.do("make_staff", username=people.alice)
    site.do("post", room=people.den, text="hello", username=people.alice)
    site.do("notify", title="for alice", to=[people.alice_topic])
    cookies = {"sessionid": people.session["alice"]}
    with httpx.Client(base_url=f"http://{site.address()}", timeout=SECONDS) as client:
        client.cookies.update(cookies)
        assert client.get("/").status_code == 200
        token = client.cookies["csrftoken"]
    return SimpleNamespace(
        url=f"http://{site.address()}",
        room=people.den,
        cookies={**cookies, "csrftoken": token},
        headers={"X-CSRFToken": token},
    )


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_that_can_be_made_up_is_an_error_of_the_server(
    case: schemathesis.Case, browser: SimpleNamespace
) -> None:
    if SLUG.fullmatch(str((case.path_parameters or {}).get("slug"))):
        # One that could be a room's is that of a room in which there is something to do.
        case.path_parameters["slug"] = browser.room
    # What it makes up for these two would only be refused: who asks is signed in.
    headers = {
        name: value
        for name, value in (case.headers or {}).items()
        if name.lower() not in ("cookie", "x-csrftoken")
    }
    case.headers, case.cookies = headers, {}  # type: ignore[assignment]
    response = case.call(
        base_url=browser.url, headers=browser.headers, cookies=browser.cookies, timeout=SECONDS
    )
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        assert "Traceback" not in response.text
        json.loads(response.text)
