"""The parts and their order: each imports only from those above it, and files stay small."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "notifications"
STATIC = ROOT / "static" / "noticeboard"

# Later parts import from earlier ones, never the other way.
PARTS = (
    # Words and shapes, no database.
    *("conf", "metrics", "journal"),
    *("errors", "signals", "topics", "cursor", "events", "quoting", "strictjson"),
    "models",
    "log",
    # Who reads what, and how it is said.
    *("sessions", "walls", "rights", "tickets", "audience", "text", "offers", "posts", "items"),
    "preferences",
    "publishing",
    "inbox",
    "outcomes",
    *("following", "changes"),
    # All that is kept about one person, to hand over or to delete.
    "personal",
    # The signals of models lead to publishing, that of the log to the channel layer.
    *("receivers", "broadcast"),
    # Beside the log: told to open pages only; and what operators see of all processes.
    *("signaling", "operating"),
    "relay",
    "calling",
    "saying",
    "actions",
    "transports",
    # For people.
    *("jsonviews", "posting", "views", "lab", "signal_api", "room_api", "outcome_api", "api"),
    "joining",
    *("templatetags", "doctor", "admin", "checks", "testing"),
    *("urls", "routing", "server", "workers", "management", "apps"),
    # `from notifications import notify` looks the function up when it is used.
    "__init__",
)

MOST_LINES = 250
MOST_LINES_OF_TESTS_AND_STYLES = 400
MOST_LINES_OF_A_FUNCTION = 50


def modules(folder: Path) -> list[Path]:
    """The Python files below a folder, without what Django has generated."""
    return _ours(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def _ours(paths: Iterable[Path]) -> list[Path]:
    """Without what a bench has installed."""
    return sorted(path for path in paths if ROOT / "bench" / "out" not in path.parents)


def part_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, with their full names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def scripts(folder: Path) -> list[Path]:
    return _ours(folder.rglob("*.js"))


def code(path: Path) -> str:
    """The text of a JavaScript file without its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"(?m)(^|\s)//.*$", "", text)


def test_it_knows_every_part() -> None:
    assert {part_of(path) for path in modules(APP)} == set(PARTS)


@pytest.mark.parametrize("path", modules(APP), ids=lambda path: str(path.relative_to(APP)))
def test_it_imports_only_from_parts_above(path: Path) -> None:
    own = part_of(path)
    names = [name.split(".") for name in imported(path)]
    parts = [name[1] for name in names if name[0] == "notifications" and len(name) > 1]
    below = [part for part in parts if PARTS.index(part) > PARTS.index(own)]
    assert below == []


def test_it_imports_nothing_of_the_project_around_it() -> None:
    strangers = {"project", "tests", "bench", "scripts"}
    found = {
        f"{path.name}: {name}"
        for path in modules(APP)
        for name in imported(path)
        if name.split(".")[0] in strangers
    }
    assert found == set()


def test_it_imports_at_the_top_of_a_file() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in modules(APP)
        for outer in ast.walk(tree(path))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("group_send", {"broadcast"}),
        ("group_add", {"relay"}),
        ("new_channel", {"relay"}),
        ("get_channel_layer", {"broadcast", "relay"}),
    ],
)
def test_it_touches_the_channel_layer_in_one_place_each(name: str, parts: set[str]) -> None:
    users = {
        part_of(path)
        for path in modules(APP)
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr == name)
        or (isinstance(node, ast.Name) and node.id == name)
    }
    assert users <= parts


def test_it_keeps_transports_apart() -> None:
    transports = {"websocket", "sse", "polling"}
    for name in transports:
        used = {each.split(".")[2] for each in imported(APP / "transports" / f"{name}.py")
                if each.startswith("notifications.transports.")}  # fmt: skip
        assert used & (transports - {name}) == set(), name


def test_it_keeps_the_client_free_of_the_page() -> None:
    for path in scripts(STATIC / "client"):
        assert not re.search(r"\bdocument\.(?!hidden|visibilityState|cookie|addEventListener)",
                             code(path)), path.name  # fmt: skip


def test_it_keeps_the_store_free_of_network_and_page() -> None:
    words = r"\b(fetch|WebSocket|EventSource|XMLHttpRequest|document|window)\b"
    assert not re.search(words, code(STATIC / "inbox.js"))


def test_it_keeps_views_free_of_the_network() -> None:
    for path in scripts(STATIC / "views"):
        found = re.search(r"\bfetch\(|new (WebSocket|EventSource|XMLHttpRequest)", code(path))
        assert not found, path.name


def test_it_keeps_files_small() -> None:
    folders = [ROOT / name for name in ("notifications", "project", "bench", "scripts", "static")]
    paths = [path for folder in folders for path in [*modules(folder), *scripts(folder)]]
    assert too_long(paths, MOST_LINES) == {}


def test_it_keeps_tests_and_styles_readable() -> None:
    tests = [*modules(ROOT / "tests"), *scripts(ROOT / "tests")]
    styles = sorted(STATIC.rglob("*.css"))
    assert too_long([*tests, *styles], MOST_LINES_OF_TESTS_AND_STYLES) == {}


def test_it_keeps_functions_short() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in modules(APP)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {k: v for k, v in lengths.items() if v > MOST_LINES_OF_A_FUNCTION} == {}
    assert median(lengths.values()) < 14


def too_long(paths: list[Path], most: int) -> dict[str, int]:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    return {name: lines for name, lines in lengths.items() if lines > most}
