"""Rows whose field has one of many values, on both databases."""

from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import FollowedText, Room
from notifications.models.among import Among


def test_it_finds_those_and_no_others(database):
    rooms = Room.objects.bulk_create(Room(slug=f"r{n}", name="x") for n in range(5))
    wanted = [rooms[1].pk, rooms[3].pk, 1_000_000]
    found = Room.objects.filter(Among("pk", wanted), is_closed=False)
    assert {room.slug for room in found} == {"r1", "r3"}
    slugs = Room.objects.filter(Among("slug", ["r0", "no'such", "r4"])).order_by("slug")
    assert list(slugs.values_list("slug", flat=True)) == ["r0", "r4"]


def test_a_thousand_values_are_one_question(database):
    with CaptureQueriesContext(connection) as queries:
        assert not FollowedText.objects.filter(Among("key", [uuid4().hex for _ in range(1_000)]))
    assert len(queries) == 1
