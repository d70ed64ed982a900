"""Every text is in every language's catalogue, whole and with what is to be filled in."""

import gettext
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import to_locale

from scripts import catalogues, texts

LANGUAGES = [to_locale(code) for code, _ in settings.LANGUAGES if code != "en"]
EVERY = [(language, domain) for language in LANGUAGES for domain in catalogues.DOMAINS]

# What is filled in when the text is shown, and what is code in it.
FILLED = re.compile(r"%(?:\(\w+\))?[sd%]|\{\w*\}|<[^>]+>")
# The dual says its number in the noun, as "no" and "one" may.
NUMBERLESS = {"ar": 3, "de": 1}

every = pytest.mark.parametrize(("language", "domain"), EVERY)


@pytest.fixture(scope="module")
def wanted() -> dict[str, dict[texts.Text, str]]:
    """The texts of each domain, with the file that says them."""
    return {domain: find() for domain, find in catalogues.DOMAINS.items()}


def test_every_language_of_the_site_has_its_catalogues() -> None:
    assert set(LANGUAGES) == set(catalogues.PLURALS)


@every
def test_no_text_is_missing_or_left_over(
    wanted: dict[str, dict[texts.Text, str]], language: str, domain: str
) -> None:
    said = catalogues.read(catalogues.path(language, domain))
    blank = {text: file for text, file in wanted[domain].items() if not all(said.get(text, [""]))}
    assert blank == {}, "Run `make texts` and translate these."
    assert said.keys() - wanted[domain].keys() == set(), "Run `make texts`."


@every
def test_nothing_is_fuzzy_and_every_form_is_there(language: str, domain: str) -> None:
    file = catalogues.path(language, domain)
    assert not re.search(r"^#,.*fuzzy", file.read_text(), re.M)
    for (text, several), said in catalogues.read(file).items():
        assert len(said) == (catalogues.forms(language) if several else 1), text


def whole(language: str, domain: str) -> catalogues.Catalogue:
    """What is translated. What is not, another test finds."""
    said = catalogues.read(catalogues.path(language, domain))
    return {text: each for text, each in said.items() if all(each)}


@every
def test_what_is_filled_in_stands_in_every_translation(language: str, domain: str) -> None:
    for (text, several), said in whole(language, domain).items():
        for number, each in enumerate(said):
            # German has the forms of English; elsewhere each form counts several.
            english = text if several is None or (language == "de" and number == 0) else several
            missing = Counter(FILLED.findall(english)) - Counter(FILLED.findall(each))
            assert not Counter(FILLED.findall(each)) - Counter(FILLED.findall(english)), each
            assert missing.total() <= (several is not None and number < NUMBERLESS.get(language, 0))
            assert (text[:1].isspace(), text[-1:].isspace()) == (
                each[:1].isspace(),
                each[-1:].isspace(),
            ), each


@every
def test_what_django_reads_is_what_was_written(language: str, domain: str) -> None:
    said = whole(language, domain)
    with catalogues.path(language, domain, "mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for (text, several), translations in said.items():
        if several is None:
            assert compiled.gettext(text) == translations[0]
        else:
            counts = (0, 1, 2, 3, 11, 100)[: catalogues.forms(language)]
            for count in counts:
                assert compiled.ngettext(text, several, count) in translations
    assert len(compiled._catalog) - 1 == sum(map(len, said.values()))  # type: ignore[attr-defined]


TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
SCRIPTS = sorted(Path(settings.BASE_DIR, "static").rglob("*.js"))

_TAG = re.compile(r"\{#.*?#\}|\{% block bodyclass %\}.*|\{%\s*comment.*?endcomment\s*%\}")
_TRANSLATED = re.compile(r"\{%\s*blocktrans.*?endblocktrans\w*\s*%\}", re.S)
_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|&\w+;", re.S)
_UNSEEN = re.compile(r"<(script|style|svg|code|pre)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>", re.S)
_SPOKEN = re.compile(r'\b(?:aria-label|title|placeholder|alt|aria-description)="([^"]*)"')
_HTML = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W\d_]{2,}")
# The same in every language, or the names of things.
NAMES = {
    *("WebSocket", "EventSource", "Noticeboard", "JSON", "CSV", "Enter", "Shift", "End", "Ctrl"),
    *("Alt", "Escape", "Esc", "Home", "PageUp", "PageDown", "Tab", "ms", "kB"),
}


def seen(path: Path) -> list[str]:
    """The words that a template shows without asking gettext."""
    code = _TRANSLATED.sub("", _TAG.sub("", path.read_text()))
    code = _UNSEEN.sub("", _CODE.sub("", code))
    if "<" not in code:
        code = f"<{code}>"  # a part of a tag
    shown = [*_SPOKEN.findall(code), _HTML.sub(" ", code)]
    return [word for text in shown for word in _WORD.findall(text) if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_shows_no_word_that_is_not_translated(path: Path) -> None:
    assert seen(path) == []


_STRING = re.compile(r'(?<!\w)(?:"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)')
_ASKED = re.compile(r"n?gettext\(\s*[^;]*?\)", re.S)
_ERROR = re.compile(r"(?:Error|console\.\w+)\([^;]*?\)", re.S)
_SAID = r'(?:"([^"]*)"|`([^`]*)`)'
_SHOWN = re.compile(
    rf"(?:textContent|innerText|ariaLabel|\.title|placeholder)\s*\+?=\s*{_SAID}"
    rf'|setAttribute\("(?:aria-label|title|placeholder)",\s*{_SAID}'
    rf"|\.(?:say|shout|announce)\(\s*{_SAID}"
)
_SENTENCE = re.compile(r"^[A-Z][a-z]+(?: [\w’'-]+)+[.…?!]?$|^[A-Z][\w ,’'-]+[.…?!]$")


def told(path: Path) -> list[str]:
    """The texts of a script that look as if people saw them, and are not asked of gettext."""
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(), flags=re.S)
    code = _ERROR.sub("", _ASKED.sub("", code))
    shown = ["".join(found) for found in _SHOWN.findall(code)]
    words = [text for text in shown if _WORD.search(re.sub(r"\$\{[^}]*\}", "", text))]
    strings = ["".join(found) for found in _STRING.findall(code)]
    return words + [text for text in strings if _SENTENCE.match(text)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_nothing_that_is_not_translated(path: Path) -> None:
    assert told(path) == []


def test_it_would_find_what_is_forgotten(tmp_path: Path) -> None:
    template, script = tmp_path / "a.html", tmp_path / "a.js"
    template.write_text('<p title="Said aloud">{% trans "Known" %}{{ one }} Forgotten</p>')
    assert seen(template) == ["Said", "aloud", "Forgotten"]
    script.write_text('node.textContent = "Oh"; say(gettext("Yes.")); show("Not asked for.");')
    assert told(script) == ["Oh", "Not asked for."]
    assert list(texts.in_script('ngettext("%(n)s", "%(n)s s", 2), gettext(\n"a" + "b")')) == [
        ("%(n)s", "%(n)s s"),
        ("ab", None),
    ]
