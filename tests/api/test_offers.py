"""POST /api/notifications/<id>/actions/<n>/: what a sender offers."""

from typing import Any

import pytest

from notifications import notify
from notifications.models import Outcome
from tests.api.conftest import Api, code
from tests.api.wrong import NOT_JSON
from tests.support import offers

assert offers

pytestmark = pytest.mark.django_db(transaction=True)

ACTIONS = [{"label": "Approve", "do": "test.approve"}, {"label": "Restart", "do": "test.refuse"}]


def test_it_answers_alike_each_time(alice: Any) -> None:
    address = f"notifications/{notify('Deploy', to=alice, actions=ACTIONS).pk}/actions/0/"
    first = Api(alice).post(address, {}).json()
    assert (first["ok"], first["do"], first["changed"]) == (True, "test.approve", True)
    assert first["said"] == "Approved by alice"
    again = Api(alice).post(address, {"do": "test.approve"}).json()
    assert again == {**first, "changed": False}


def test_it_says_why_it_failed(alice: Any) -> None:
    number = notify("Deploy", to=alice, actions=ACTIONS).pk
    response = Api(alice).post(f"notifications/{number}/actions/1/", {})
    assert response.status_code == 409
    assert response.json()["error"] == {"code": "action_failed", "detail": "The build is gone."}


def test_it_is_strict(alice: Any, bob: Any) -> None:
    address = f"notifications/{notify('Deploy', to=alice, actions=ACTIONS).pk}/actions/0/"
    assert code(Api(alice).post(address, {"do": 1}))[1] == "wrong_type"
    assert code(Api(alice).post(address, {"what": "x"}))[1] == "unknown_field"
    assert code(Api(alice).post(address, {"do": "test.refuse"}))[1] == "conflict"
    assert code(Api(bob).post(address, {}))[1] == "not_found"
    assert code(Api().post(address, {}))[1] == "signed_out"
    assert code(Api(alice).post(address, {}, **{"X-CSRFToken": None}))[1] == "csrf"
    assert code(Api(alice).post(address.replace("0/", f"{10**30}/"), {}))[1] == "not_found"
    for body in NOT_JSON:
        assert Api(alice).post(address, body).status_code == 400
    assert not Outcome.objects.exists()
