"""Reading and changing the preferences of one user; a change and its event are one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext as _

from notifications import log
from notifications.conf import options
from notifications.errors import BadPreference, SignedOut
from notifications.events import PREFERENCES_CHANGED
from notifications.models import Membership, Preference, RoomLevel
from notifications.preferences.checking import check, locked, mandatory, switched
from notifications.preferences.shape import DEFAULTS, Preferences, shape
from notifications.sessions import signed_in
from notifications.topics import room_topic, user_topic

LISTS = ("muted", "desktop_off")


def of(user: Any) -> Preferences:
    """The preferences of a user, one query; a visitor (or None) has the defaults."""
    if not signed_in(user):
        return shape({}, {}, 0)
    users = get_user_model()._base_manager.using(options.DATABASE)
    chosen = FilteredRelation("memberships", condition=Q(memberships__notify__isnull=False))
    rows = list(
        users.filter(pk=user.pk)
        .annotate(chosen=chosen)
        .values_list(
            "preference__data", "preference__version", "chosen__room__slug", "chosen__notify"
        )
    )
    data, version = rows[0][:2] if rows else (None, None)
    rooms = {slug: level for _data, _version, slug, level in rows if slug is not None}
    return shape(data or {}, dict(sorted(rooms.items())), version or 0)


def change(user: Any, wanted: Mapping[str, Any]) -> Preferences:
    """Change some preferences of a user and tell his pages; returns all of them.

    A value of None takes a choice back: the default holds again. ``muted`` and ``desktop_off`` are
    ``{topic: bool}``, ``rooms`` is ``{slug: level or None}``; what is not named stays. Raises
    `SignedOut` and `BadPreference`, and then nothing has changed.
    """
    if not signed_in(user):
        raise SignedOut
    with log.transaction():
        row = _locked(user)
        before = of(user)
        for name, value in wanted.items():
            _choose(user, row.data, name, value)
        row.version += 1
        row.save(update_fields=["data", "version"])
        after = of(user)
        if replace(after, version=before.version) == before:
            # Nobody is told of nothing; the row keeps what was chosen as the default has it.
            return after
        log.append(PREFERENCES_CHANGED, [user_topic(user)], {"preferences": after.wire()})
    return after


def _locked(user: Any) -> Preference:
    """The user's row, locked: the versions of his events follow the order of his changes."""
    Preference.objects.get_or_create(user_id=user.pk)
    return Preference.objects.select_for_update().get(user_id=user.pk)


def _choose(user: Any, chosen: dict[str, Any], name: str, value: Any) -> None:
    if name == "rooms":
        _choose_rooms(user, value)
    elif name in LISTS and value is not None:
        chosen[name] = switched(name, value, chosen.get(name, []))
    elif value is not None:
        chosen[name] = check(name, value)
    elif name in DEFAULTS:
        chosen.pop(name, None)
    else:
        raise BadPreference(field=name, code="unknown_field")


def _choose_rooms(user: Any, value: Any) -> None:
    if not isinstance(value, Mapping):
        raise BadPreference(field="rooms", code="wrong_type")
    for slug, level in value.items():
        if level is not None and level not in RoomLevel.values:
            said = _("Choose one of these: %s.") % ", ".join(RoomLevel.values)
            raise BadPreference(said, field="rooms")
        mine = Membership.objects.filter(user_id=user.pk, room__slug=slug)
        if not mine.exists():
            raise BadPreference(_("You are in no room of this name."), field="rooms")
        if level not in (None, RoomLevel.ALL) and mandatory(room_topic(slug)):
            raise locked("rooms")
        # Not by save(): it would tell the server's processes that somebody joined.
        mine.update(notify=level)
