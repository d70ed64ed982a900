"""Brings locale/ in step with the texts of the project: `make texts`.

Each catalogue gets what is new, with an empty translation, and loses what nobody says any more;
then the .mo files that Django reads are written. Needs no gettext tools.
"""

import ast
import os
import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

from scripts import texts

LOCALE = texts.ROOT / "locale"
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "zh_Hans": "nplurals=1; plural=0;",
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
}
DOMAINS = {"django": texts.of_server, "djangojs": texts.of_browser}

# A text and its translations: one, or one for each of the language's forms.
Catalogue = dict[texts.Text, list[str]]

_FIELD = re.compile(r'(msgid_plural|msgid|msgstr(?:\[\d\])?) ((?:"[^\n]*"\n?)+)')
_MAGIC = 0x950412DE


def path(language: str, domain: str, kind: str = "po") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.{kind}"


def forms(language: str) -> int:
    """How many plural forms the language has."""
    return int(PLURALS[language].split(";")[0].removeprefix("nplurals="))


def header(language: str) -> str:
    fields = {
        "Project-Id-Version": "Noticeboard",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def read(file: Path) -> Catalogue:
    """The translations of a .po file, without those marked as fuzzy."""
    if not file.exists():
        return {}
    found: Catalogue = {}
    for block in file.read_text().split("\n\n"):
        fields = [(name, _joined(value)) for name, value in _FIELD.findall(block + "\n")]
        entry = dict(fields)
        if entry.get("msgid") and not re.search(r"^#,.*\bfuzzy\b", block, re.M):
            said = [value for name, value in fields if name.startswith("msgstr")]
            found[entry["msgid"], entry.get("msgid_plural")] = said
    return found


def known(language: str) -> Catalogue:
    """All that is translated into a language: a text may have moved from a page to a script."""
    return {
        text: said
        for domain in DOMAINS
        for text, said in read(path(language, domain)).items()
        if all(said)
    }


def update(language: str, domain: str, said: Catalogue) -> int:
    """Write the .po and the .mo of one catalogue; return how many texts lack a translation."""
    file = path(language, domain)
    wanted = DOMAINS[domain]()
    blank = {text: [""] * (forms(language) if text[1] else 1) for text in wanted}
    catalogue = {text: said.get(text, blank[text]) for text in wanted}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(_written(language, catalogue, wanted)))
    path(language, domain, "mo").write_bytes(compiled(language, catalogue))
    return sum(not all(each) for each in catalogue.values())


def compiled(language: str, catalogue: Catalogue) -> bytes:
    """A .mo file: two tables of lengths and places, sorted by the original, then the texts."""
    pairs = [(b"", header(language).encode())]
    for (text, several), said in catalogue.items():
        if all(said):
            original = text if several is None else f"{text}\0{several}"
            pairs.append((original.encode(), "\0".join(said).encode()))
    pairs.sort()
    tables, data = [], b""
    start = 28 + 16 * len(pairs)
    for column in (0, 1):
        for pair in pairs:
            tables.append((len(pair[column]), start + len(data)))
            data += pair[column] + b"\0"
    count = len(pairs)
    head = struct.pack("<7I", _MAGIC, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    return head + b"".join(struct.pack("<2I", *each) for each in tables) + data


def _written(language: str, catalogue: Catalogue, wanted: dict[texts.Text, str]) -> Iterator[str]:
    lines = (f'"{line}\\n"' for line in header(language).splitlines())
    yield "\n".join(('msgid ""', 'msgstr ""', *lines)) + "\n"
    for (text, several), said in catalogue.items():
        entry = [f"#: {wanted[text, several]}"]
        if re.search(r"%(\(\w+\))?[sd]", text):
            entry.append("#, python-format")
        entry.append(f"msgid {_quoted(text)}")
        if several is None:
            entry.append(f"msgstr {_quoted(said[0])}")
        else:
            entry.append(f"msgid_plural {_quoted(several)}")
            entry += [f"msgstr[{n}] {_quoted(each)}" for n, each in enumerate(said)]
        yield "\n".join(entry) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _joined(value: str) -> str:
    return "".join(ast.literal_eval(line) for line in value.splitlines())


def main(languages: Iterable[str] = PLURALS) -> None:
    for language in languages:
        said = known(language)
        for domain in DOMAINS:
            missing = update(language, domain, said)
            print(f"{language}/{domain}: {missing or 'nothing'} to translate")


if __name__ == "__main__":
    main()
