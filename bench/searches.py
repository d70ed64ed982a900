"""What the inbox of `bench.inboxes` says, and what is looked for in it.

Words are drawn as in a language: the most frequent one is in every third notification, the rarest
in one of some thousands. One notification follows the other after eight seconds.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from notifications.topics import ROOM, split

WORDS = [f"w{chr(97 + number % 26)}{number}" for number in range(3_000)]
WEIGHTS = [1 / (number + 5) for number in range(3_000)]
LEVELS = {"info": 70, "success": 15, "warning": 12, "critical": 3}
BEGAN = datetime(2026, 8, 1, tzinfo=UTC)
EVERY = timedelta(seconds=8)


def said(chance: random.Random, position: int) -> dict[str, Any]:
    """Title, body, level and time of the notification at a position."""
    words = chance.choices(WORDS, WEIGHTS, k=14)
    (level,) = chance.choices(list(LEVELS), list(LEVELS.values()))
    at = BEGAN + position * EVERY
    return {
        "title": " ".join(words[:6]), "body": " ".join(words[6:]), "level": level,
        "published_at": at, "created_at": at,
    }  # fmt: skip


def searches(topics: frozenset[str], head: int) -> dict[str, str]:
    """What one reader looks for, by the name of its figure."""
    rooms = sorted(split(topic)[1] for topic in topics if split(topic)[0] == ROOM)
    middle = (BEGAN + head // 2 * EVERY).date()
    return {
        "no_hit": "nothing-is-called-so",
        "word": WORDS[3],
        "rare_words": f"{WORDS[1500]} {WORDS[900]}",
        "without_room": f"-room:{rooms[0]}" if rooms else "-room:none",
        "without_words": f'-"{WORDS[0]}" -{WORDS[700]}',
        "older": f"older:{middle} -level:info",
    }
