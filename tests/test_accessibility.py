"""docs/accessibility.md names a test, or a reason, for each check of the interface."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "docs" / "accessibility.md").read_text()
ROW = re.compile(r"^\| ([A-J]\d+) \| ([^|]+) \| ([^|]+) \|$", re.M)
LAST = {"A": 12, "B": 7, "C": 10, "D": 10, "E": 8, "I": 6, "J": 10, "G": 10}
# Push to a closed browser is not there yet.
WITHOUT = {"C8"}
CHECKS = {f"{letter}{n}" for letter, last in LAST.items() for n in range(1, last + 1)} - WITHOUT


def all_tests() -> set[str]:
    """The names of all Python tests."""
    paths = (ROOT / "tests").rglob("test_*.py")
    return {
        name
        for path in paths
        for name in re.findall(r"(?m)^\s*(?:async )?def (test_\w+)", path.read_text())
    }


def test_it_has_a_row_for_every_check() -> None:
    assert {check for check, _, _ in ROW.findall(DOCUMENT)} == CHECKS


def test_each_test_that_it_names_is_there() -> None:
    there = all_tests()
    for check, _, proof in ROW.findall(DOCUMENT):
        named = re.findall(r"`(test_\w+)`", proof)
        assert set(named) <= there, check
        assert named or proof.startswith("None: "), check


def test_it_names_every_test_of_a_check() -> None:
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    of_checks = {
        name
        for name in all_tests()
        for letter, n in re.findall(r"^test_([a-j])(\d+)_", name)
        if f"{letter}{n}".upper() in CHECKS
    }
    assert of_checks - named == set()
