"""Commands run in this process, on the test's database, with what they wrote at hand."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command


@dataclass
class Ran:
    """What a command wrote and how it ended."""

    out: str
    err: str
    status: int

    @property
    def json(self) -> Any:
        (line,) = self.out.splitlines()
        return json.loads(line)


Run = Callable[..., Ran]


@pytest.fixture
def run(request: pytest.FixtureRequest, db: None) -> Run:
    """Run a command: run("notify", "--to", "all")."""
    if "database" in request.fixturenames:
        request.getfixturevalue("database")

    def run(*words: str) -> Ran:
        out, err, status = io.StringIO(), io.StringIO(), 0
        try:
            call_command(*words, stdout=out, stderr=err, no_color=True)
        except CommandError as error:
            err.write(str(error))
            status = error.returncode
        except SystemExit as end:
            status = int(end.code or 0)
        return Ran(out.getvalue(), err.getvalue(), status)

    return run
