"""Delete a person: the account, and what is kept about it beside it, which open pages are told."""

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef

from notifications.conf import options
from notifications.log.pacing import Progress, silent
from notifications.models import Look
from notifications.personal.kinds import kinds
from notifications.personal.signed_in import sign_out
from notifications.personal.written import BATCH, check_choice, delete_all, forget_written
from notifications.publishing import forget_topic, rights_changed
from notifications.publishing.rows import addresses, notifications
from notifications.topics import user_topic

audit = logging.getLogger("noticeboard.audit")


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many of each kind are gone, or have no name any more; by the names of docs/data.md."""

    id: Any
    counts: dict[str, int]


def delete(user: Any, posts: str | None = None, progress: Progress = silent) -> Deleted:
    """Delete a person in steps that are small, each whole: who interrupts it does it again.

    ``posts`` is ``"anonymise"`` or ``"blank"``, by default what `DELETED_POSTS` says; ``progress``
    is called with a kind and how many of it are done. Raises `BadRequest` for another ``posts``.
    """
    pk = user.pk
    counts = _forget(user, posts, progress)
    with transaction.atomic(using=options.DATABASE):
        user.delete()
    return Deleted(pk, counts)


def forget(user: Any) -> None:
    """Delete or make nameless what does not go with the account by itself.

    Called before a user is deleted, however that is done, in the same transaction. Its open pages
    are closed, and no process remembers the name.
    """
    _forget(user, None, silent)
    done = partial(audit.info, "personal data of user %s deleted", user.pk)
    transaction.on_commit(done, using=options.DATABASE)


def _forget(user: Any, posts: str | None, progress: Progress) -> dict[str, int]:
    choice = check_choice(options.DELETED_POSTS if posts is None else posts)
    counts = {"sessions": sign_out(user), **forget_written(user, choice, progress)}
    counts["addressed"] = _delete_addressed(user, progress)
    with transaction.atomic(using=options.DATABASE):
        counts["admin_log"] = _forget_in_admin_log(user)
        Look.objects.filter(pk=user_topic(user)).delete()
        counts |= {name: kind.delete(user) for name, kind in kinds().items()}
        forget_topic(user_topic(user))
        rights_changed([user.pk], "deleted")
    return counts


def _delete_addressed(user: Any, progress: Progress) -> int:
    """What was said to this person alone is about nobody else."""
    topic = user_topic(user)
    mine = addresses().filter(notification_id=OuterRef("pk"), topic=topic)
    others = addresses().filter(notification_id=OuterRef("pk")).exclude(topic=topic)
    alone = notifications().filter(Exists(mine), ~Exists(others)).order_by("pk")
    done = 0
    while ids := list(alone.values_list("pk", flat=True)[:BATCH]):
        delete_all(ids)
        done += len(ids)
        progress("addressed", done)
    return done


def _forget_in_admin_log(user: Any) -> int:
    """What staff have done to the account stays on record, under its number."""
    if not apps.is_installed("django.contrib.admin"):
        return 0
    meta = user._meta
    about = apps.get_model("admin", "LogEntry")._default_manager.filter(
        content_type__app_label=meta.app_label,
        content_type__model=meta.model_name,
        object_id=str(user.pk),
    )
    return int(about.update(object_repr=user_topic(user)))
