"""One module: what it needs and offers, and its code as a function that returns what it offers.

Only what our modules use of the language's imports and exports is known; anything else is an
error, found when static files are collected and not by a reader's browser.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

IMPORT = re.compile(r'^import (?:(\{[^}]*\}|\* as \w+) from )?"(\.[^"]+)";$', re.M)
EXPORT_FROM = re.compile(r'^export (\{[^}]*\}) from "(\.[^"]+)";$', re.M)
EXPORT_LIST = re.compile(r"^export (\{[^}]*\});$", re.M)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) ([\w$]+))", re.M)
LATER = re.compile(r'(?<![\w$#.])import\("(\.[^"]+)"\)')
COMMENT = re.compile(r"/\*.*?\*/|(?:^|\s)//[^\n]*", re.S)
UNKNOWN = re.compile(r"^(?:import|export|await)\b.*|(?<![\w$#.])import(?:\(|\.).*", re.M)


class CannotJoin(Exception):
    """A module imports or exports in a way that is not known here."""


@dataclass(frozen=True)
class Module:
    """A module by its path among the static files."""

    path: str
    source: str

    def __post_init__(self) -> None:
        rest = COMMENT.sub("", self.source)
        for known in (IMPORT, EXPORT_FROM, EXPORT_LIST, EXPORT, LATER):
            rest = known.sub("", rest)
        if strange := UNKNOWN.search(rest):
            raise CannotJoin(f"{self.path}: {strange[0]}")

    @cached_property
    def needs(self) -> list[str]:
        """The paths of what has to run before it."""
        return [
            self.target(found[2])
            for way in (IMPORT, EXPORT_FROM)
            for found in way.finditer(self.source)
        ]

    @cached_property
    def later(self) -> list[str]:
        """The paths of what it imports when it runs."""
        return [self.target(found[1]) for found in LATER.finditer(COMMENT.sub("", self.source))]

    @cached_property
    def exports(self) -> list[str]:
        """The names that it offers."""
        lists = [
            found[1] for way in (EXPORT_FROM, EXPORT_LIST) for found in way.finditer(self.source)
        ]
        listed = [name for text in lists for _own, name in names(text)]
        return [*(found[1] for found in EXPORT.finditer(self.source)), *listed]

    def target(self, relative: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), relative))

    def function(self, variable: Callable[[str], str], loading: Callable[[str], str]) -> str:
        """The module as an expression; `variable` names the value of another one's.

        `loading` is the expression that imports another one later.
        """
        offered: list[str] = []

        def imported(found: re.Match[str]) -> str:
            what, other = found[1], variable(self.target(found[2]))
            if not what:
                return ""
            if what.startswith("*"):
                return f"const {what.removeprefix('* as ')} = {other};"
            taken = ", ".join(f"{theirs}: {own}" for theirs, own in names(what))
            return f"const {{ {taken} }} = {other};"

        def passed_on(found: re.Match[str]) -> str:
            other = variable(self.target(found[2]))
            offered.extend(f"{name}: {other}.{theirs}" for theirs, name in names(found[1]))
            return ""

        def listed(found: re.Match[str]) -> str:
            offered.extend(f"{name}: {own}" for own, name in names(found[1]))
            return ""

        def declared(found: re.Match[str]) -> str:
            offered.append(found[1])
            return ""

        def started(found: re.Match[str]) -> str:
            path = self.target(found[1])
            # Not what a comment speaks of.
            return loading(path) if path in self.later else found[0]

        code = IMPORT.sub(imported, self.source)
        code = EXPORT_LIST.sub(listed, EXPORT_FROM.sub(passed_on, code))
        code = EXPORT.sub(declared, code)
        code = LATER.sub(started, code)
        return f"(() => {{\n{code}\nreturn {{ {', '.join(offered)} }};\n}})()"


def names(text: str) -> list[tuple[str, str]]:
    """The pairs of `{ a, b as c }`: (a, a), (b, c)."""
    parts = [part.split(" as ") for part in re.split(r"\s*,\s*", text.strip("{} \n")) if part]
    return [(part[0].strip(), part[-1].strip()) for part in parts]
