"""A publishing process as a row sees it: begin, end, and what has come of each try."""

from __future__ import annotations

import contextlib
import itertools
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.site import Program, wait_until

numbers = itertools.count(1)


@dataclass(frozen=True)
class Try:
    """One call, in seconds of the machine's monotonic clock; `id` is None where it failed."""

    id: int | None
    error: str | None
    began: float
    ended: float

    @property
    def took(self) -> float:
        return self.ended - self.began


class Publisher(Program):
    """What it writes goes to a file: a process that is killed takes no answer with it."""

    def __init__(self, environment: dict[str, str], log: Path):
        self.path = log.with_suffix(".jsonl")
        with self.path.open("wb") as output:
            super().__init__(
                ["-m", "tests.chaos.publisher"],
                environment,
                log,
                stdin=subprocess.PIPE,
                stdout=output,
                text=True,
            )
        self.busy = False
        self._read = 0
        self._last = 0
        self._tries: list[Try] = []

    def wait(self) -> None:
        """Until it has been set up."""
        self._until(lambda: self.path.stat().st_size > 0, "a publisher is ready")

    def begin(self, **work: Any) -> None:
        """Publish from now on; `work` has the fields of `publisher.Work`."""
        self.busy = True
        self._tell(work)

    def end(self) -> None:
        """Returns when the last try is over."""
        if not self.busy:
            return
        self.busy = False
        number = next(numbers)
        self._tell({"end": number})
        self._until(lambda: self._look() == number, "a publisher ends")

    def tries(self) -> list[Try]:
        """All since it was started."""
        self._look()
        return self._tries

    def _look(self) -> int:
        """Read on in its file; the number of the last end that it has come to."""
        with self.path.open() as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind("\n") + 1]
        self._read += len(whole.encode())
        for line in whole.splitlines():
            said = json.loads(line)
            if "began" in said:
                made = Try(said.get("id"), said.get("error"), said["began"], said["ended"])
                self._tries.append(made)
            self._last = said.get("ended_all", self._last)
        return self._last

    def _tell(self, what: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(what) + "\n")
            self.process.stdin.flush()

    def _until(self, condition: Any, what: str) -> None:
        def met() -> Any:
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            return condition()

        wait_until(met, what)


def since(tries: Iterable[Try], began: float) -> list[Try]:
    return [each for each in tries if each.began >= began]
