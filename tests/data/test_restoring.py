"""After a backup is put back no cursor is continued past what it has missed: I5 and I9."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from notifications import inbox, log, notify
from notifications.cursor import Cursor
from notifications.errors import Discontinued
from notifications.models import Event, Notification
from tests.data.copies import COPY, copies
from tests.support.databases import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def restored(database: str, tmp_path: Path) -> Any:
    """A function that backs up, and gives back a function that restores."""
    taken = copies(database_url(), tmp_path, in_use=True)

    def backup() -> Any:
        connection.close()
        taken.backup()

        def restore() -> None:
            connection.close()
            taken.restore()

        return restore

    return backup


def told(number: int, what: str) -> list[Cursor]:
    """Tell so many; the cursors after each."""
    before = log.head().cursor.seq
    for each in range(number):
        notify(f"{what} {each}", to="all")
    log.stamp()
    return [entry.cursor for entry in log.read(before, number)]


def titles() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("title", flat=True))


def refusal(cursor: Cursor) -> str:
    with pytest.raises(Discontinued) as caught:
        log.after(cursor, ["all"])
    return str(caught.value.reason)


def test_a_cursor_from_after_the_backup_is_reset(restored: Any) -> None:
    start = log.head().cursor
    kept = told(3, "kept")
    restore = restored()
    lost = told(4, "lost")
    restore()
    assert titles() == ["kept 0", "kept 1", "kept 2"]
    assert log.head().cursor == kept[-1]
    assert {refusal(cursor) for cursor in lost} == {"ahead"}
    # As many new ones as were lost, and more: each number is another event's now.
    told(2, "new")
    assert [refusal(cursor) for cursor in lost] == ["unknown", "unknown", "ahead", "ahead"]
    new = told(3, "newer")
    assert {refusal(cursor) for cursor in lost} == {"unknown"}
    # Who was not further than the backup misses nothing, and has no reset.
    for place, cursor in enumerate([start, *kept]):
        entries = log.after(cursor, ["all"])
        assert [entry.seq for entry in entries] == list(range(place + 1, new[-1].seq + 1))


def test_it_stays_so_when_the_log_is_pruned(restored: Any) -> None:
    told(3, "kept")
    restore = restored()
    lost = told(4, "lost")
    restore()
    told(8, "new")
    log.prune(before=timezone.now())
    assert {refusal(cursor) for cursor in lost} == {"too_old"}


def test_what_waited_for_its_number_in_the_backup_gets_it(restored: Any) -> None:
    kept = told(2, "kept")
    # Committed by a process that was killed before its stamp.
    waiting = Event.objects.bulk_create(
        [Event(type="room.changed", topics="all", data="{}") for _ in range(2)]
    )
    restore = restored()
    told(2, "lost")
    *both, lost = [entry.cursor for entry in log.read(kept[-1].seq, 3)]
    restore()
    told(2, "new")
    again = log.after(kept[-1], ["all"])
    # Those two are the same events in both lives of the log: a cursor there has missed nothing.
    assert [event.tag for event in waiting] == [cursor.check for cursor in both]
    assert [entry.cursor for entry in again][:2] == both
    assert log.after(both[1], ["all"]) == again[2:]
    assert (lost.seq, refusal(lost)) == (again[2].seq, "unknown")


def test_a_new_snapshot_is_the_state_of_the_backup(restored: Any, alice: Any) -> None:
    first = notify("kept", to=alice)
    log.stamp()
    inbox.read(alice, [first.pk])
    restore = restored()
    notify("lost", to=alice)
    log.stamp()
    restore()
    told_after = notify("new", to=alice)
    log.stamp()
    shown = inbox.snapshot(alice)
    assert [item["title"] for item in shown["items"]] == ["new", "kept"]
    assert shown["unread_ids"] == [told_after.pk]
    assert log.after(Cursor.parse(shown["cursor"])) == []


def test_the_page_about_data_says_the_same_commands() -> None:
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text()
    assert COPY.replace("; ", ";") in page.replace("; ", ";").replace("\\\n", "")
    for words in (
        "pg_dump --format=custom --file=",
        "dropdb --force",
        "createdb",
        "pg_restore --exit-on-error --single-transaction --no-owner",
        "-wal",
        "-shm",
    ):
        assert words in page
