"""The demo's conversation: an answer, a mention and reactions, said by the people themselves."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from notifications import publishing
from notifications.errors import NoticeboardError
from notifications.management.demo import KEY
from notifications.models import Notification, Place, Post, Room
from notifications.publishing.withdrawal import mention_key

# The keys of its posts begin so: by it they are found again.
POSTS = "demo-talk-"


@dataclass(frozen=True, slots=True)
class Line:
    """What ``who`` posts in a room; ``answers`` is the key of what the demo has said there."""

    key: str
    room: str
    who: str
    text: str
    answers: str = ""


LINES = (
    Line("fern", "lobby", "bob", "It likes it there. Thank you!", "post-lobby-2"),
    Line("status", "ops", "bob", "@AliceMoreau, the status page still says “investigating”.",
         "post-ops-2"),
    Line("done", "ops", "alice", "Corrected, thanks."),
)  # fmt: skip

# Who reacts with what to what the demo has said.
REACTIONS = (
    ("lobby", "post-lobby-2", "👍", ("alice", "bob")),
    ("lobby", "post-lobby-3", "❤️", ("charlie",)),
    ("ops", "post-ops-1", "👀", ("alice",)),
)


def talk(people: Mapping[str, Any]) -> None:
    """Say all of it once; what somebody has forbidden since is left unsaid."""
    for line in LINES:
        key = POSTS + line.key
        room = Room.objects.get(slug=line.room)
        with suppress(NoticeboardError):
            original = _said(line.answers)
            publishing.post(room, line.text, people[line.who], key=key, reply_to=original)
    for slug, said, emoji, names in REACTIONS:
        for name in names:
            with suppress(NoticeboardError):
                room = Room.objects.get(slug=slug)
                publishing.react(room, _said(said) or 0, emoji, True, people[name])


def posts() -> list[int]:
    """The ids of what `talk` has posted, and of what that has told those it mentions."""
    said = list(Post.objects.filter(key__startswith=POSTS).values_list("pk", flat=True))
    told = Place.objects.filter(key__in=[mention_key(id) for id in said])
    return said + list(told.values_list("notification_id", flat=True))


def _said(key: str) -> int | None:
    found = Notification.objects.filter(replace_key=KEY + key).order_by("-pk")
    return found.values_list("pk", flat=True).first() if key else None
