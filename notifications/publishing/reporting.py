"""Reports: what readers tell the moderators of a post, once each. Nobody else learns of it."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from notifications import log
from notifications.errors import BadRequest, Forbidden, NotFound
from notifications.models import Report, Room
from notifications.models.post import REASON_CHARACTERS
from notifications.posts import author_of
from notifications.publishing.standing import standing
from notifications.rights import may_read
from notifications.text import clean_line
from notifications.topics import room_topic

audit = logging.getLogger("noticeboard.audit")


def report(room: Room, id: int, reason: str, user: Any, visitor: str = "") -> bool:
    """Report a post; False if this reader has done so before (the first report is kept).

    Raises `NotFound` for what is not there, `BadRequest` for no or too long a reason, `Forbidden`
    for a visitor without a session.
    """
    reader = user if user is not None and user.is_authenticated else None
    if not may_read(reader, room_topic(room)):
        raise NotFound(_("There is no such room."))
    said = clean_line(reason)
    if not 1 <= len(said) <= REASON_CHARACTERS:
        raise BadRequest(_("reason must have 1 to %d characters.") % REASON_CHARACTERS)
    author = author_of(reader, visitor)
    if not author:
        raise Forbidden(_("Only who has a session reports."))
    with log.transaction():
        # Locked: the same reader twice at once is one report.
        post = standing(room, id)
        _row, made = Report.objects.get_or_create(
            post=post, author=author, defaults={"reason": said}
        )
    return made


def settle(ids: Iterable[int], by: Any) -> int:
    """Note that somebody has looked after these reports; returns how many were open."""
    with log.transaction():
        waiting = Report.objects.filter(pk__in=list(ids), settled_at__isnull=True)
        settled = waiting.update(settled_at=Now(), settled_by=by)
    audit.info("%d reports settled by user %s", settled, by.pk)
    return settled
