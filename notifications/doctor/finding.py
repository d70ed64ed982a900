"""What the doctor says of one thing: how it stands, what was measured, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.doctor.measured import Measured

DONE, TO_DO, PROBLEM, SKIPPED = "done", "todo", "problem", "skipped"
STATE_WORDS: dict[str, Promise] = {
    DONE: _("Done"),
    TO_DO: _("To do"),
    PROBLEM: _("Problem"),
    SKIPPED: _("Skipped"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule has found.

    `cure` is what to do, in words; `fix` what to type or to write into a file, as it stands;
    `figure` what was measured, by names that say their units.
    """

    state: str
    words: str
    cure: str = ""
    fix: str = ""
    figure: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """What is known beside the settings and the database.

    `measured` is what was seen through the address that people use; `asgi` whether the process
    that examines speaks ASGI (None: it serves nobody, as a command).
    """

    measured: Measured = field(default_factory=Measured)
    asgi: bool | None = None


Rule = Callable[[Case], Said]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is looked at. What is not `mandatory` may stay as it is."""

    id: str
    title: str | Promise
    rule: Rule
    mandatory: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """A step and what was found."""

    step: Step
    said: Said

    @property
    def id(self) -> str:
        return self.step.id

    @property
    def state(self) -> str:
        return self.said.state

    def wire(self) -> dict[str, Any]:
        """As JSON says it, to the page and to programs alike."""
        said = self.said
        return {
            "id": self.step.id,
            "title": str(self.step.title),
            "state": said.state,
            "word": str(STATE_WORDS[said.state]),
            "words": said.words,
            "cure": said.cure,
            "fix": said.fix,
            "figure": dict(said.figure),
            "mandatory": self.step.mandatory,
        }


def done(words: str, **figure: float) -> Said:
    return Said(DONE, words, figure=figure)


def skipped(words: str, cure: str = "") -> Said:
    return Said(SKIPPED, words, cure)


def problem(words: str, cure: str = "", fix: str = "", **figure: float) -> Said:
    return Said(PROBLEM, words, cure, fix, figure)


def todo(words: str, cure: str = "", fix: str = "", **figure: float) -> Said:
    return Said(TO_DO, words, cure, fix, figure)
