"""The texts of the project that go through gettext: those of the server, those of the browser."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SERVER = ("notifications", "project", "templates")
BROWSER = ("static",)

ONE = {"gettext", "gettext_lazy", "_", "gettext_noop"}
MANY = {"ngettext", "ngettext_lazy"}

_LITERAL = r"""u?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_JOINED = rf"{_LITERAL}(?:\s*\+?\s*{_LITERAL})*"
_CALL = re.compile(
    rf"(?<![\w.])(?:ngettext\(\s*({_JOINED}),\s*({_JOINED})|(?:gettext|_)\(\s*({_JOINED}))"
)
# In JavaScript an apostrophe in a comment is no string, and `\u00a0` is one in Python too.
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.S)

# A text, and its form for several things if it has one.
Text = tuple[str, str | None]


def of_server() -> dict[Text, str]:
    """Every text of the Python and the templates, with the first file that it is in."""
    found: dict[Text, str] = {}
    for path in _files(SERVER, ".html", ".txt", ".py"):
        code = path.read_text()
        texts = in_python(code) if path.suffix == ".py" else in_template(code)
        _add(found, texts, path)
    return found


def of_browser() -> dict[Text, str]:
    """The same of the JavaScript."""
    found: dict[Text, str] = {}
    for path in _files(BROWSER, ".js"):
        _add(found, in_script(path.read_text()), path)
    return found


def in_template(code: str) -> Iterator[Text]:
    return _calls(templatize(code))


def in_script(code: str) -> Iterator[Text]:
    return _calls(_COMMENT.sub("", code))


def in_python(code: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if name in ONE and texts:
            yield str(texts[0]), None
        elif name in MANY and len(texts) >= 2:
            yield str(texts[0]), str(texts[1])


def _calls(code: str) -> Iterator[Text]:
    for one, many, alone in _CALL.findall(code):
        yield (_value(alone), None) if alone else (_value(one), _value(many))


def _value(literals: str) -> str:
    return "".join(ast.literal_eval(each) for each in re.findall(_LITERAL, literals))


def _files(folders: Iterable[str], *kinds: str) -> list[Path]:
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*")))
    return [path for path in found if path.suffix in kinds and "migrations" not in path.parts]


def _add(found: dict[Text, str], texts: Iterable[Text], path: Path) -> None:
    for one, many in texts:
        # The same words alone and counted are one entry: the counted one.
        if many is not None:
            file = found.pop((one, None), str(path.relative_to(ROOT)))
            found.setdefault((one, many), file)
        elif not any(known == one for known, _ in found):
            found[one, None] = str(path.relative_to(ROOT))
