"""manage.py prune."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from notifications import notify
from notifications.models import Event, Notification
from tests.commands.conftest import Run

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_deletes_what_is_old_and_says_so(run: Run) -> None:
    for number in range(3):
        notify(f"{number}", to="all")
    Event.objects.update(time=Now() - timedelta(days=31))
    Notification.objects.update(published_at=Now() - timedelta(days=31))
    assert run("prune", "--json").json == {"events": 2, "notifications": 0, "floor": 3}
    ran = run("prune", "--notification-days", "30")
    assert ran.out.startswith("Deleted 0 events and 3 notifications.")


@pytest.mark.parametrize("days", ["-1", "nan", "inf", "1e9"])
def test_it_refuses_what_is_no_number_of_days(days: str, run: Run) -> None:
    ran = run("prune", f"--event-days={days}", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "bad_request")
