"""Which modules come in one file, and its text.

What an entry imports comes with it. What is imported later comes in a file of its own, without what
the entry has brought; what several of these have in common is one file more, so that no module
runs twice.
"""

import hashlib
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from notifications.joining.modules import CannotJoin, Module

HASH_CHARACTERS = 12


@dataclass(frozen=True)
class Chunk:
    """A file: `path` of the module that it stands for, its `name` with the hash, its text."""

    path: str
    name: str
    text: str
    modules: tuple[str, ...]
    # Chunks that it imports when it is loaded.
    needs: tuple[str, ...]


def join(entry: str, read: Callable[[str], str]) -> list[Chunk]:
    """The chunks of an entry, its own first. ``read`` gives the text of a static file.

    Raises CannotJoin for a module that it does not understand, and for a circle of imports.
    """
    return _Joining(entry, read).chunks()


class _Joining:
    def __init__(self, entry: str, read: Callable[[str], str]) -> None:
        self.read = read
        self.modules: dict[str, Module] = {}
        first = self.closure(entry)
        roots = self.roots(first)
        reached = {
            root: [path for path in self.closure(root) if path not in first] for root in roots
        }
        self.parts: list[list[str]] = [first, *self.shares(reached)]
        self.place = {path: part for part in self.parts for path in part}
        self.variables = {path: f"_${number}" for number, path in enumerate(self.place)}
        self.entry = entry

    def module(self, path: str) -> Module:
        if path not in self.modules:
            self.modules[path] = Module(path, self.read(path))
        return self.modules[path]

    def closure(self, root: str) -> list[str]:
        """A module and all that it imports, what is needed first."""
        needs: dict[str, list[str]] = {}
        waiting = [root]
        while waiting:
            path = waiting.pop()
            if path not in needs:
                needs[path] = self.module(path).needs
                waiting += needs[path]
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            raise CannotJoin(f"imports in a circle: {' → '.join(error.args[1])}") from None

    def roots(self, paths: list[str]) -> list[str]:
        """All that is imported later, by these or by what is imported later."""
        found: dict[str, None] = {}
        waiting = list(paths)
        while waiting:
            for root in self.module(waiting.pop()).later:
                if root not in found:
                    found[root] = None
                    waiting += self.closure(root)
        return sorted(found)

    def shares(self, reached: dict[str, list[str]]) -> Iterator[list[str]]:
        """Modules by the roots that need them, each share in the order of running."""
        users: dict[str, list[str]] = {}
        for root, paths in reached.items():
            for path in paths:
                users.setdefault(path, []).append(root)
        for group in dict.fromkeys(map(tuple, users.values())):
            yield [path for path in reached[group[0]] if tuple(users[path]) == group]

    def chunks(self) -> list[Chunk]:
        # The names are in the texts: all have one hash, of the texts without it.
        plain = "".join(self.text(part, "") for part in self.parts)
        build = hashlib.sha256(plain.encode()).hexdigest()[:HASH_CHARACTERS]
        return [
            Chunk(
                part[-1],
                self.name(part, build),
                self.text(part, build),
                tuple(part),
                tuple(self.name(other, build) for other in self.others(part)),
            )
            for part in self.parts
        ]

    def name(self, part: list[str], build: str) -> str:
        stem, extension = posixpath.splitext(part[-1])
        return f"{stem}.{build}{extension}"

    def others(self, part: list[str]) -> list[list[str]]:
        needed = [self.place[path] for own in part for path in self.module(own).needs]
        return [other for other in self.parts if other in needed and other is not part]

    def text(self, part: list[str], build: str) -> str:
        def address(other: list[str]) -> str:
            start = posixpath.dirname(part[-1])
            relative = posixpath.relpath(self.name(other, build), start)
            return relative if relative.startswith(".") else f"./{relative}"

        def loading(path: str) -> str:
            other = self.place[path]
            if path == other[-1]:
                return f'import("{address(other)}")'
            variable = self.variables[path]
            return f'import("{address(other)}").then((chunk) => chunk.{variable})'

        lines = [
            f'import {{ {", ".join(self.taken(part, other))} }} from "{address(other)}";'
            for other in self.others(part)
        ]
        for path in part:
            code = self.module(path).function(self.variables.__getitem__, loading)
            lines.append(f"const {self.variables[path]} = {code};")
        own = self.module(part[-1]).exports
        if own:
            lines.append(f"export const {{ {', '.join(own)} }} = {self.variables[part[-1]]};")
        given = sorted({name for other in self.parts for name in self.given(part, other)})
        if given:
            lines.append(f"export {{ {', '.join(given)} }};")
        return "\n".join(lines)

    def taken(self, part: list[str], other: list[str]) -> list[str]:
        needed = {need for path in part for need in self.module(path).needs}
        return [self.variables[path] for path in other if path in needed]

    def given(self, part: list[str], other: list[str]) -> list[str]:
        """What another chunk takes of this one, at once or later."""
        taken = self.taken(other, part) if other is not part else []
        later = {need for path in other for need in self.module(path).later}
        return [*taken, *(self.variables[path] for path in part[:-1] if path in later)]
