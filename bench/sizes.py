"""What a page and a bell cost to load: production's files, as a server sends them (gzip -9)."""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

from notifications.joining import Chunk, join
from notifications.joining.storage import light

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates" / "noticeboard"
KB = 1024

INBOX = "noticeboard/page.js"
BELL = "noticeboard/bell/index.js"
THEME = "noticeboard/theme.js"
# The templates of the inbox page, each of which links style sheets.
FRAMES = ("shell.html", "base.html", "inbox.html")


@dataclass(frozen=True)
class Figure:
    """What was measured and the most that it may be (None: only told)."""

    name: str
    value: float
    unit: str
    most: float | None = None

    @property
    def kept(self) -> bool:
        return self.most is None or self.value <= self.most


def sizes() -> list[Figure]:
    """The budgets of transfer, each with what is loaded later beside it."""
    inbox, bell = chunks(INBOX), chunks(BELL)
    return [
        Figure("bell, JavaScript before it is used", first(bell), "KB", 8),
        Figure("bell, its panel and toasts", later(bell), "KB"),
        Figure("bell, style sheets", sheets("bell.html"), "KB"),
        Figure("inbox, JavaScript before anything is done", first(inbox) + packed(THEME), "KB", 25),
        Figure("inbox, all other modules, of every page", later(inbox), "KB"),
        Figure("inbox, style sheets", sheets(*FRAMES), "KB", 10),
    ]


def chunks(entry: str) -> list[Chunk]:
    return join(entry, lambda name: (STATIC / name).read_text())


def first(found: list[Chunk]) -> float:
    """What the entry brings: itself, and the chunks that it needs at once."""
    by_name = {chunk.name: chunk for chunk in found}
    wanted = {found[0].name}
    while more := {need for name in wanted for need in by_name[name].needs} - wanted:
        wanted |= more
    return sum(compressed(name, by_name[name].text) for name in wanted)


def later(found: list[Chunk]) -> float:
    return sum(compressed(chunk.name, chunk.text) for chunk in found) - first(found)


def sheets(*templates: str) -> float:
    """The style sheets that these templates link."""
    text = "".join((TEMPLATES / name).read_text() for name in templates)
    links = re.findall(r"""<link rel="stylesheet" href="{% static '([^']+)' %}">""", text)
    return sum(packed(name) for name in dict.fromkeys(links))


def packed(name: str) -> float:
    return compressed(name, (STATIC / name).read_text())


def compressed(name: str, text: str) -> float:
    return len(gzip.compress(light(name, text).encode(), 9)) / KB
