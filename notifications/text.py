"""What people write, made safe: titles, links, and Markdown as clean HTML or as plain text."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from notifications.errors import BadNotification
from notifications.models.notification import TITLE_CHARACTERS

LINK_CHARACTERS = 2000

# The page has h1, its lists h2 and its rows h3: what an author calls a heading stands below these.
HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}

# fmt: off
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}
# fmt: on
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}

# Embeddings, overrides and isolates: they turn the text around them, and their end can be missing.
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
SPACES = re.compile(r"\s+")

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(
    ["strikethrough", "table"]
)


def clean_title(title: str) -> str:
    """One line without control characters; raises `BadNotification` if it is too long."""
    cleaned = clean_line(title)
    if len(cleaned) > TITLE_CHARACTERS:
        raise BadNotification(
            _("A title has at most %(most)d characters, this one has %(count)d.")
            % {"most": TITLE_CHARACTERS, "count": len(cleaned)}
        )
    return cleaned


def clean_line(text: str) -> str:
    """One line without control characters; raises `BadNotification` for half a character."""
    return _visible(SPACES.sub(" ", text)).strip()


def clean_body(body: str, most: int) -> str:
    """The same Markdown without control characters; raises `BadNotification` if it is too long."""
    cleaned = "\n".join(_visible(line) for line in body.splitlines()).strip("\n")
    if len(cleaned) > most:
        raise BadNotification(
            _("The text has at most %(most)d characters, this one has %(count)d.")
            % {"most": most, "count": len(cleaned)}
        )
    return cleaned


def safe_link(url: str) -> str:
    """The link as it may be followed, or ""; raises `BadNotification` for any other kind.

    Allowed are ``https://host/…``, ``mailto:…`` and paths of this site that begin with one ``/``.
    """
    link = url.strip(" ")
    if link and not _is_safe(link):
        raise BadNotification(
            _("The link must begin with https://, mailto: or a single /, without spaces: %(link)s")
            % {"link": ascii(link[:80])}
        )
    return link


def harmless_link(url: str) -> str:
    """The link if it may be followed, else nothing: for rendering."""
    return url if url and _is_safe(url) else ""


@lru_cache(maxsize=1024)
def render(markdown: str) -> str:
    """Clean HTML of a Markdown text: no scripts, no styles, headings from h3, harmless links."""
    tokens = _markdown.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADINGS[token.tag]
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"https", "mailto"},
    ).strip()


@lru_cache(maxsize=1024)
def excerpt(markdown: str, characters: int) -> str:
    """The text of a Markdown body without its marks, cut at a word."""
    plain = SPACES.sub(" ", " ".join(_plain(_markdown.parse(markdown)))).strip()
    if len(plain) <= characters:
        return plain
    cut = plain[: characters - 1]
    head, space, _rest = plain[:characters].rpartition(" ")
    return (head if space and len(head) > characters // 2 else cut).rstrip() + "…"


def _plain(tokens: list[Token]) -> list[str]:
    blocks: list[str] = []
    for token in tokens:
        if token.type == "inline":
            blocks.append("".join(_inline(child) for child in token.children or ()))
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content)
    return blocks


def _inline(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return harmless_link(value) or None
    if name == "src":
        # From this site only: a foreign picture tells its host who reads, and the CSP blocks it.
        return value if value.startswith("/") and _is_safe(value) else None
    return value


def _is_safe(link: str) -> bool:
    if len(link) > LINK_CHARACTERS or "\\" in link or not _printable(link):
        return False
    if link.startswith("/"):
        return not link.startswith("//")
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018 - reading it is what finds a port that is none
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return bool(parts.path) and not parts.netloc
    # A name before the host ("https://bank.example@evil.example") only ever misleads.
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _printable(link: str) -> bool:
    return link.isprintable() and " " not in link and not BIDI_CONTROLS.search(link)


def _visible(line: str) -> str:
    """A line without characters that cannot be seen but change what is."""
    try:
        line.encode()
    except UnicodeEncodeError:
        raise BadNotification(_("The text has half of a character (a lone surrogate).")) from None
    return "".join(
        character
        for character in BIDI_CONTROLS.sub("", line)
        if character == "\t" or unicodedata.category(character) != "Cc"
    )
