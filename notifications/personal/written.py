"""What a person has written: it loses its writer, or is deleted, and open pages are told."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from notifications import log
from notifications.errors import BadRequest
from notifications.events import POST_REACTED
from notifications.log.pacing import Progress, step
from notifications.models import Mute, Notification, Post, Reaction, Report
from notifications.posts import author_of, reactions
from notifications.publishing.rows import notifications
from notifications.publishing.telling import read, tell_many_updated
from notifications.publishing.withdrawal import MENTION_KEY, withdraw
from notifications.topics import room_topic

# Each batch is a step, where the caller has no transaction.
BATCH = 200

ANONYMISE, BLANK = "anonymise", "blank"


def check_choice(choice: str) -> str:
    """What becomes of posts; raises `BadRequest` for what is no choice."""
    if choice not in (ANONYMISE, BLANK):
        raise BadRequest(f"DELETED_POSTS is “{ANONYMISE}” or “{BLANK}”, not “{choice}”.")
    return choice


def forget_written(user: Any, choice: str, progress: Progress) -> dict[str, int]:
    """Do with everything that a user has written what was chosen for it; how many of each kind."""
    counts = {
        "posts_deleted": _delete(_posts(user, choice), progress, "posts_deleted"),
        # They say the name in their titles.
        "mentions_deleted": _delete(_mentions(user), progress, "mentions_deleted"),
    }
    counts["anonymised"] = _anonymise(_of(user), progress)
    counts["reactions"] = _unreact(user, progress)
    for name, model in (("reports", Report), ("mutes", Mute)):
        counts[name], _per_model = model.objects.filter(author=author_of(user)).delete()
    return counts


def _of(user: Any) -> QuerySet[Notification]:
    return notifications().filter(Q(sender=user.pk) | Q(post__author=author_of(user)))


def _posts(user: Any, choice: str) -> QuerySet[Notification]:
    posts = _of(user).filter(post__isnull=False)
    # What its author has taken back is not kept without a name either.
    return posts if check_choice(choice) == BLANK else posts.filter(retracted_at__isnull=False)


def _mentions(user: Any) -> QuerySet[Notification]:
    return _of(user).filter(places__key__startswith=MENTION_KEY)


def delete_all(ids: list[int]) -> None:
    """Delete notifications in one transaction; whoever has them is told, and the log blanked."""
    with step():
        withdraw(ids, "deleted")
        notifications().filter(pk__in=ids).delete()


def _delete(rows: QuerySet[Notification], progress: Progress, name: str) -> int:
    done = 0
    for ids in _batches(rows):
        delete_all(ids)
        done += len(ids)
        progress(name, done)
    return done


def _anonymise(rows: QuerySet[Notification], progress: Progress) -> int:
    done = 0
    for ids in _batches(rows):
        with step():
            # Locked in one order, so that two who change the same rows never wait in a ring.
            list(notifications().select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
            notifications().filter(pk__in=ids).update(sender=None)
            Post.objects.filter(pk__in=ids).update(author="", key="")
            replies = Post.objects.filter(reply_to_id__in=ids).values_list("pk", flat=True)
            log.unname(ids, list(replies))
            tell_many_updated([row for row in read(ids) if _is_shown(row)])
        done += len(ids)
        progress("anonymised", done)
    return done


def _is_shown(row: Notification) -> bool:
    return row.published_at is not None and row.retracted_at is None


def _unreact(user: Any, progress: Progress) -> int:
    mine = Reaction.objects.filter(author=author_of(user)).order_by("pk")
    done = 0
    while found := list(mine.values_list("pk", "post_id")[:BATCH]):
        with step():
            Reaction.objects.filter(pk__in=[pk for pk, _post in found]).delete()
            _tell_reactions({post for _pk, post in found})
        done += len(found)
        progress("reactions", done)
    return done


def _tell_reactions(ids: set[int]) -> None:
    posts = Post.objects.filter(pk__in=ids, notification__retracted_at__isnull=True)
    rooms = dict(posts.order_by("pk").values_list("pk", "room__slug"))
    states = reactions(rooms)
    log.append_many(
        (POST_REACTED, [room_topic(slug)], {"id": pk, "reactions": states[pk]})
        for pk, slug in rooms.items()
    )


def _batches(rows: QuerySet[Notification]) -> Iterator[list[int]]:
    """The ids of rows that are taken out of the query by what is done with them."""
    keys = rows.order_by("pk").values_list("pk", flat=True).distinct()
    while ids := list(keys[:BATCH]):
        yield ids
