"""The filters of the inbox page, as they stand in its address."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.views.rows import LEVEL_WORDS

VIEWS: dict[str, tuple[str | Promise, str]] = {
    "inbox": (_("Inbox"), "inbox"),
    "unread": (_("Unread"), "mail"),
    "snoozed": (_("Snoozed"), "clock"),
    "done": (_("Done"), "check"),
    "expired": (_("Expired"), "hourglass"),
}
MAX_QUERY = 200
MAX_POSITION_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a filter: where it leads and whether it is the one in use."""

    name: str
    label: str | Promise
    icon: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """Which notifications the page shows. Unknown values in the address are left out, so that a
    link from a newer version still opens."""

    view: str = "inbox"
    levels: tuple[str, ...] = ()
    topic: str | None = None
    q: str = ""
    before: int | None = None
    hints: tuple[str, ...] = ()
    """What of the search was not understood, for people."""

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        view = query.get("view", "inbox")
        before = query.get("before", "")
        return cls(
            view=view if view in VIEWS else "inbox",
            levels=tuple(level for level in LEVEL_WORDS if level in query.getlist("level")),
            topic=query.get("topic") or None,
            q=query.get("q", "").replace("\0", "").strip()[:MAX_QUERY],
            before=int(before) if _is_position(before) else None,
        )

    @property
    def arguments(self) -> dict[str, Any]:
        """What `inbox.snapshot` wants to know."""
        return {
            "view": self.view,
            "levels": self.levels,
            "topic": self.topic,
            "q": self.q,
            "before": self.before,
        }

    @property
    def narrowed(self) -> bool:
        """Whether the list is less than the whole of its view."""
        return bool(self.levels or self.topic or self.q)

    @property
    def label(self) -> str | Promise:
        """The name of the view."""
        return VIEWS[self.view][0]

    @property
    def url(self) -> str:
        return reverse("noticeboard:inbox") + (f"?{self.query}" if self.query else "")

    @property
    def saved(self) -> str:
        """What a saved view keeps of them: all but the place."""
        return replace(self, before=None).query

    @property
    def query(self) -> str:
        """The filters as a query string, without its question mark."""
        return urlencode(list(self._pairs()))

    def older(self, position: int) -> "Filters":
        """The same list from below `position` on."""
        return replace(self, before=position)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields a search form carries along."""
        return list(replace(self, q="", before=None)._pairs())

    @property
    def views(self) -> list[Choice]:
        top = replace(self, before=None)
        return [
            Choice(name, label, icon, replace(top, view=name).url, name == self.view)
            for name, (label, icon) in VIEWS.items()
        ]

    @property
    def level_choices(self) -> list[Choice]:
        return [
            Choice(name, word, name, self._toggled(name).url, name in self.levels)
            for name, word in LEVEL_WORDS.items()
        ]

    def _toggled(self, level: str) -> "Filters":
        chosen = set(self.levels) ^ {level}
        levels = tuple(name for name in LEVEL_WORDS if name in chosen)
        return replace(self, levels=levels, before=None)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.view != "inbox":
            yield "view", self.view
        for level in self.levels:
            yield "level", level
        if self.topic:
            yield "topic", self.topic
        if self.q:
            yield "q", self.q
        if self.before is not None:
            yield "before", str(self.before)


def _is_position(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_POSITION_DIGITS
