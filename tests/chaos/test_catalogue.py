"""The page of the faults and the rows are the same catalogue."""

import re
from pathlib import Path

import pytest

from tests.chaos.rows import Row, load
from tests.support.site import ROOT

PAGE = (ROOT / "docs" / "faults.md").read_text()
LINE = re.compile(r"^\| (\w+)( \*quick\*)? \|.*\]\(\.\./([\w/.]+)\) \|$", re.MULTILINE)
LINES = {name: (bool(quick), path) for name, quick, path in LINE.findall(PAGE)}


@pytest.mark.parametrize("row", load(), ids=lambda row: row.name)
def test_a_row_is_on_the_page_with_its_code(row: Row) -> None:
    assert row.name in LINES
    quick, path = LINES[row.name]
    assert quick == row.quick
    assert f'"{row.name}"' in (ROOT / path).read_text()


@pytest.mark.parametrize("name", LINES)
def test_what_is_on_the_page_has_code(name: str) -> None:
    assert (ROOT / LINES[name][1]).is_file()


def test_the_numbered_rows_are_all_there() -> None:
    numbered = {
        "a": {*range(1, 19)} - {12, 17},
        "b": {*range(1, 14)} - {7},
        "c": {*range(1, 15)},
    }
    expected = {f"{letter}{number}" for letter, numbers in numbered.items() for number in numbers}
    assert expected - set(LINES) == set()


def test_links_of_the_page_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([\w/.]+)\)", PAGE):
        assert (Path(ROOT / "docs") / link).exists(), link
