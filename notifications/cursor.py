"""The cursor: a resume token, `<seq>.<check>`, opaque to clients, the same on every transport."""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

from notifications.errors import BadCursor

# 18 digits fit a signed 64-bit integer; ASCII only, no sign, no leading zero: one text per cursor.
PATTERN = re.compile(r"(0|[1-9][0-9]{0,17})\.([0-9a-f]{6,16})")
LONGEST = 18 + 1 + 16


class Cursor(NamedTuple):
    """A position in the log: the event `seq`, recognised by its random `check`.

    `seq` 0 is the beginning, before the first event; its check is the origin of the log.
    """

    seq: int
    check: str

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """The cursor that the text says; raises `BadCursor` for anything else."""
        match = PATTERN.fullmatch(text) if len(text) <= LONGEST else None
        if match is None:
            raise BadCursor
        return cls(int(match[1]), match[2])

    def __str__(self) -> str:
        return f"{self.seq}.{self.check}"


def new_check() -> str:
    """A random tag of eight hexadecimal digits."""
    return secrets.token_hex(4)
