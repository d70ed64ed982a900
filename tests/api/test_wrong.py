"""Whatever is wrong is refused before a database sees it: PostgreSQL forgives less than SQLite."""

from collections.abc import Iterator
from typing import Any

from notifications import log, notify
from notifications.models import Event, Mark, Notification, Receipt, Room
from tests.api.conftest import Api
from tests.api.wrong import CURSORS, IDS, NOT_JSON, POSTS, QUERIES, SLUGS, TOPICS, UNTIL


def test_it_is_refused_and_changes_nothing(database: str, alice: Any, den: Room) -> None:
    notify("Hello", to=alice)
    log.head()
    before = _state()
    for response in _answers(Api(alice)):
        assert 400 <= response.status_code < 500, response.content
    assert _state() == before


def _answers(api: Api) -> Iterator[Any]:
    ids = list(Notification.objects.values_list("pk", flat=True))
    for wrong, _error in IDS:
        yield api.post("inbox/read/", {"ids": wrong})
        yield api.post("inbox/snooze/", {"ids": wrong, "until": "2027-01-01T00:00:00Z"})
    for wrong, _status, _error in CURSORS:
        yield api.post("inbox/read_all/", {"cursor": wrong})
        yield api.post("inbox/seen/", {"cursor": wrong})
    for wrong, _error in UNTIL:
        yield api.post("inbox/snooze/", {"ids": ids, "until": wrong})
    for body in NOT_JSON:
        yield api.post("inbox/done/", body)
        yield api.post("rooms/den/posts/", body)
    for wrong, _error in POSTS:
        yield api.post("rooms/den/posts/", wrong)
    for query, _error in QUERIES:
        yield api.get("inbox/", **query)
    for topic in TOPICS:
        yield api.get("inbox/", topic=topic)
    for slug in SLUGS:
        yield api.get(f"rooms/{slug}/posts/")
        yield api.post(f"rooms/{slug}/posts/", {"text": "hi"})


def _state() -> Any:
    return (
        log.head(),
        list(Receipt.objects.values()),
        list(Mark.objects.exclude(read_to=0, seen_to=0).values()),
        list(Notification.objects.values()),
        Event.objects.count(),
    )
