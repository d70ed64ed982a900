"""The repository itself: what is locked, what it is called, what is dangerous or forgotten."""

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("notifications", "project", "bench", "scripts", "tests", "static", "templates", "docs")
TEXT = {".py", ".js", ".mjs", ".css", ".html", ".md", ".sh", ".toml", ".txt", ".in"}

# Words of others for what has a name of its own here.
BANNED = re.compile(r"channel|message|\bhub\b|\bbus\b|broker|listener|manager", re.IGNORECASE)
# Names that Django, Channels, Daphne and django-eventstream have given.
THEIRS = re.compile(
    r"InboxChannelManager|channelmanager|channel_layer|channels|get_channels_for_request|"
    r"can_read_channel|is_channel_reliable|new_channel|message_user|messages|formatMessage|contextmanager|^onMessage\w*",
    re.IGNORECASE,
)


def files(*folders: str) -> list[Path]:
    """The text files of ours in these folders."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    made = {"__pycache__", "node_modules", "out"}
    return sorted(path for path in found if path.suffix in TEXT and not made & set(path.parts))


def shell_scripts() -> list[Path]:
    return [*sorted((ROOT / "scripts").glob("*.sh")), ROOT / ".ci" / "run"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_it_locks_every_dependency(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    for line in lines:
        assert re.match(r"[a-z0-9][a-z0-9._-]*(\[.+\])?==\S+( ; .+?)?( +# via .+)?$", line), line
    for version in ("django==5.2", "django==6.1"):
        assert any(line.startswith(version) for line in lines)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_it_names_no_registry(name: str) -> None:
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", (ROOT / name).read_text())


def test_it_locks_tests_and_site_to_the_same_versions() -> None:
    def pins(name: str) -> set[str]:
        # Without the platform that wants it: a tool of ours may want it on all.
        lines = (ROOT / name).read_text().splitlines()
        return {re.split(" ; | *#", line)[0].strip() for line in lines}

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


@pytest.mark.parametrize("path", shell_scripts(), ids=lambda path: path.name)
def test_its_shell_scripts_can_be_read_by_any_shell(path: Path) -> None:
    assert path.read_text().startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", path], check=True)


def test_its_ci_can_be_started() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_its_makefile_explains_every_target() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"(?m)^\.PHONY: (.+)$", text)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"(?m)^{re.escape(target)}:.*## \S", text), target


def test_it_leaves_nothing_for_later() -> None:
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    found = [str(path.relative_to(ROOT)) for path in files(*OURS) if words.search(path.read_text())]
    assert found == []


def test_it_holds_no_code_of_others() -> None:
    found = [path.name for path in (ROOT / "static").rglob("*") if ".min." in path.name]
    assert found == []
    assert not (ROOT / "node_modules").is_dir() or "node_modules/" in ignored()


@pytest.mark.parametrize("name", [".venv*", "var/", "staticfiles/", "__pycache__/", "bench/out/"])
def test_it_keeps_out_what_is_made(name: str) -> None:
    assert name in ignored()


def ignored() -> list[str]:
    return (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("word", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"])
def test_its_scripts_make_no_html_from_text(word: str) -> None:
    users = [path.name for path in files("static") if path.suffix == ".js"
             and word in path.read_text()]  # fmt: skip
    # One helper inserts what the server has cleaned.
    assert len(users) <= (word == "innerHTML"), users


@pytest.mark.parametrize("pattern", [r"\|\s*safe\b", r"autoescape\s+off", r"<script(?![^>]*\bsrc=)",
                                     r"\son[a-z]+\s*=", r"\sstyle\s*="])  # fmt: skip
def test_its_templates_keep_the_content_security_policy(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files("templates")
        if path.suffix == ".html"
        for match in re.finditer(pattern, path.read_text())
    ]
    allowed = [line for line in found if "<script" in line and "nonce" in line]
    assert [line for line in found if line not in allowed] == []


def test_its_code_marks_nothing_as_safe() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in files("notifications", "project")
        if "csrf_exempt" not in path.name and re.search(r"\bSafeString\(", path.read_text())
    ]
    assert found == []


def test_it_uses_its_own_words() -> None:
    found = set()
    for path in files("notifications", "project"):
        if path.suffix == ".py" and "migrations" not in path.parts:
            found |= {f"{path.relative_to(ROOT)}: {name}" for name in defined(path) if wrong(name)}
    assert found == set()


def defined(path: Path) -> set[str]:
    """The names of the classes and functions of a file."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)}


def wrong(name: str) -> bool:
    return bool(BANNED.search(THEIRS.sub("", name).replace("_", " ")))


def test_its_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_its_security_policy_says_how_to_report() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    for words in ("privately", "48 hours", "Supported versions"):
        assert words in text


@pytest.mark.parametrize("name", ["dashboard-light", "dashboard-dark", "admin", "phone"])
def test_its_pictures_are_there(name: str) -> None:
    picture = ROOT / "docs" / "pictures" / f"{name}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert f"docs/pictures/{name}.png" in (ROOT / "README.md").read_text()
