"""GET and POST /api/preferences/."""

from typing import Any

import pytest

from tests.api.conftest import Api, code

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_reads_and_writes(alice: Any, bob: Any) -> None:
    api = Api(alice)
    assert api.get("preferences/").json()["preferences"]["density"] == "cosy"
    answer = api.post("preferences/", {"density": "compact", "muted": {"all": True}}).json()
    assert answer["ok"] is True
    assert answer["preferences"] == api.get("preferences/").json()["preferences"]
    assert (answer["preferences"]["density"], answer["preferences"]["muted"]) == (
        "compact",
        ["all"],
    )
    assert Api(bob).get("preferences/").json()["preferences"]["density"] == "cosy"


def test_an_error_names_its_field(alice: Any) -> None:
    refused = Api(alice).post("preferences/", {"density": "dense"})
    assert code(refused) == (400, "bad_preference")
    assert refused.json()["error"]["field"] == "density"
    assert "cosy, compact" in refused.json()["error"]["detail"]


def test_e3_what_is_locked_is_not_changed_by_a_forged_post(alice: Any, settings: Any) -> None:
    settings.NOTICEBOARD = {"MANDATORY": ("critical", "all"), "ACTIONS_PER_MINUTE": 10_000}
    api = Api(alice)
    before = api.get("preferences/").json()
    for forged in ({"muted": {"all": True}}, {"desktop_off": {"all": True}},
                   {"critical_ignores_quiet": False}):  # fmt: skip
        refused = api.post("preferences/", forged)
        assert code(refused) == (403, "locked")
        assert refused.json()["error"]["field"] in forged
    assert api.get("preferences/").json() == before


def test_it_wants_a_session_and_its_token(alice: Any) -> None:
    assert code(Api().get("preferences/")) == (401, "signed_out")
    assert code(Api().post("preferences/", {"density": "compact"})) == (401, "signed_out")
    without = {"X-CSRFToken": None}
    assert code(Api(alice).post("preferences/", {"density": "compact"}, **without)) == (403, "csrf")


def test_it_refuses_what_is_no_object(alice: Any) -> None:
    assert code(Api(alice).post("preferences/", b"[]")) == (400, "bad_json")
    assert code(Api(alice).get("preferences/", colour="red")) == (400, "unknown_field")
