"""What docs/security.md and docs/threat-model.md say is tested: every test they name exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["security.md", "threat-model.md"]
#: `tests/a/test_b.py`: `test_c`, `test_d`
NAMED = re.compile(r"`(tests/[\w/]+\.py)`: ((?:`\w+`(?:, )?)+)")
#: The rows of the fault catalogue about hostile input and access.
ROWS = [
    *(f"D{number}" for number in (1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 15, 16)),
    *(f"E{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11)),
]
CONTROLS = 29


@cache
def named_in(path: str) -> frozenset[str]:
    """The names of the functions of a file, those of its classes too."""
    tree = ast.parse((ROOT / path).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def table(heading: str) -> list[list[str]]:
    """The cells of the rows of a table of docs/security.md."""
    text = (ROOT / "docs" / "security.md").read_text()
    part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    named = NAMED.findall(text)
    assert len(named) > 10
    for path, names in named:
        for name in re.findall(r"`(\w+)`", names):
            assert name in named_in(path), f"{page}: {path}::{name}"


def test_every_control_names_a_test() -> None:
    controls = table("The checklist")
    assert len(controls) == CONTROLS
    for control, source, tests in controls:
        assert source, control
        assert NAMED.search(tests), control


def test_every_row_of_the_catalogue_names_a_test() -> None:
    rows = table("Hostile input and access, row by row")
    assert [row[0] for row in rows] == ROWS
    for row, _tried, tests in rows:
        assert NAMED.search(tests), row
