"""What members want of their rooms: whom a post is told, and which rooms stay out of an inbox."""

from collections.abc import Iterable
from typing import Any

from notifications.models import Membership, Notify, Room, RoomLevel
from notifications.preferences.checking import mandatory
from notifications.sessions import signed_in
from notifications.topics import room_topic


def quiet_rooms(user: Any) -> list[str]:
    """The slugs of the rooms whose posts a user does not want in the inbox, in their order."""
    if not signed_in(user):
        return []
    mine = Membership.objects.filter(user_id=user.pk, notify__isnull=False)
    levels = mine.exclude(notify=RoomLevel.ALL).values_list("room__slug", flat=True)
    return sorted(slug for slug in levels if not mandatory(room_topic(slug)))


def followers(room: Room) -> list[Any]:
    """The members who want all posts of a room that by itself puts them into no inbox."""
    if room.notify != Notify.NONE:
        return []
    members = Membership.objects.filter(room_id=room.pk, notify=RoomLevel.ALL)
    found = members.filter(user__is_active=True).select_related("user").order_by("user_id")
    return [each.user for each in found]


def deaf(room: Room, users: Iterable[Any]) -> set[Any]:
    """Which of these users do not want to be mentioned in a room (their keys)."""
    if mandatory(room_topic(room)):
        return set()
    keys = [user.pk for user in users]
    members = Membership.objects.filter(room_id=room.pk, notify=RoomLevel.NONE, user_id__in=keys)
    return set(members.values_list("user_id", flat=True)) if keys else set()
