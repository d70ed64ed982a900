"""The documentation against the code: what exists is written down, what is written exists."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from notifications.actions import ACTIONS
from notifications.conf import all_options
from notifications.errors import TABLE
from notifications.events import _types as event_types

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *DOCS.glob("*.md")]


def text(name: str) -> str:
    return (DOCS / name).read_text()


def rows(name: str, heading: str) -> dict[str, str]:
    """The first two cells of the table below a heading, without the backquotes of the first."""
    part = text(name).split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"(?m)^\| `([^`]+)` \| ?([^|]*?) \|", part))


def variables() -> set[str]:
    """The environment variables that the settings read."""
    source = "".join(path.read_text() for path in (ROOT / "project").glob("*.py"))
    return set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', source))


def check_ids() -> set[str]:
    """The ids of our system checks."""
    checks = ROOT / "notifications" / "checks"
    source = "".join(path.read_text() for path in checks.glob("*.py"))
    return set(re.findall(r'"(?:noticeboard\.)?([EW]\d{3})"', source))


def test_it_explains_every_environment_variable() -> None:
    assert set(rows("settings.md", "## Environment variables")) == variables()


def test_it_explains_every_option_with_its_default() -> None:
    written = rows("settings.md", "## The NOTICEBOARD setting")
    assert set(written) == set(all_options())
    for name, option in all_options().items():
        plain = written[name].strip("`").replace("_", "")
        assert plain == str(option.default) or plain.strip('"') == option.default, name


def test_it_explains_every_error_code_with_its_status() -> None:
    written = rows("errors.md", "## Codes")
    assert {code: int(status) for code, status in written.items()} == {
        code: row.status for code, row in TABLE.items()
    }


def test_it_explains_every_system_check() -> None:
    written = rows("errors.md", "## System checks")
    assert set(written) == {f"noticeboard.{number}" for number in check_ids()}


def test_every_system_check_has_a_test() -> None:
    tested = set(re.findall(r'"([EW]\d{3})"', (ROOT / "tests" / "test_checks.py").read_text()))
    assert tested == check_ids()


def test_it_explains_every_type_of_event() -> None:
    written = set(re.findall(r"(?m)^\| `([a-z]+\.[a-z]+)` \|", text("events.md")))
    built_in = {name for name in event_types if (ROOT / "notifications/events.py").read_text()
                .count(f'"{name}"')}  # fmt: skip
    assert written == built_in


def test_it_explains_every_action() -> None:
    assert set(rows("transports.md", "## Actions")) == set(ACTIONS)


@pytest.mark.parametrize(
    "command", sorted(name for name, app in get_commands().items() if app == "notifications")
)
def test_it_shows_every_command(command: str) -> None:
    everything = "".join(path.read_text() for path in PAGES)
    assert command == "runserver" or f"manage.py {command}" in everything


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_files_and_targets_exist(page: Path) -> None:
    content = page.read_text()
    for name in re.findall(
        r"`((?:tests|notifications|project|static|docs|scripts)/[^` {]+)`", content
    ):
        assert (ROOT / name).exists(), name
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?m)(?:^ {4}|`)make ([a-z-]+)", content):
        pattern = r"bench-%" if target.startswith("bench-") else re.escape(target)
        assert re.search(rf"(?m)^{pattern}:", makefile), target


def test_its_readme_opens_with_the_picture_and_two_commands() -> None:
    beginning = (ROOT / "README.md").read_text()[:800]
    assert "docs/pictures/dashboard-light.png" in beginning
    assert beginning.index("make run") < beginning.index("make test")
