"""Titles, links and Markdown: what people write is made safe, and stays what they wrote."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.errors import BadNotification
from notifications.text import (
    ATTRIBUTES,
    TAGS,
    clean_body,
    clean_title,
    excerpt,
    harmless_link,
    render,
    safe_link,
)

HOSTILE_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    " \x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://",
    "https://bank.example@evil.example/",
    "https://ex ample.org/",
    "https://example.org/\u202egpj.exe",
    "https://example.org:port/",
    "https://[::1/",
    "http://example.org/",
    "ftp://example.org/",
    "mailto:",
    "relative/path",
    "https://example.org/" + "a" * 2000,
    "https://example.org/\x00",
]
GOOD_LINKS = [
    "",
    "/",
    "/n/7/?a=b#c",
    "https://example.org",
    "https://example.org:8443/a?b=c#d",
    "https://bücher.example/ä",
    "mailto:someone@example.org",
]


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str | None]


class Tags(HTMLParser):
    """Collects the tags as a browser would read them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Tag(tag, dict(attrs)))


def tags_of(html: str) -> list[Tag]:
    parser = Tags()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("link", HOSTILE_LINKS)
def test_it_refuses_a_link_that_leads_elsewhere_than_it_says(link: str) -> None:
    with pytest.raises(BadNotification, match="https://"):
        safe_link(link)
    assert harmless_link(link) == ""


@pytest.mark.parametrize("link", GOOD_LINKS)
def test_it_takes_https_mail_and_paths_of_this_site(link: str) -> None:
    assert safe_link(link) == link == harmless_link(link)


@pytest.mark.parametrize("link", HOSTILE_LINKS)
def test_a_hostile_link_in_a_body_is_not_clickable(link: str) -> None:
    for markdown in (f"[x]({link})", f"[x](<{link}>)", f"<{link}>", f"![x]({link})"):
        for tag in tags_of(render(markdown)):
            for name in ("href", "src"):
                # What Markdown has percent-encoded is a path of ours, or a path of that host.
                assert harmless_link(tag.attributes.get(name) or "/") != ""


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<iframe src=https://evil.example></iframe>",
        "<style>*{display:none}</style>",
        "<form action=https://evil.example><input></form>",
        '[x](https://a.example "\\" onmouseover=alert(1) \\"")',
        "<a href='javascript:alert(1)'>x</a>",
        "<!--><script>alert(1)</script>",
        "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
        "[a]: javascript:alert(1)\n\n[a]",
        '<math><mtext></form><form><mglyph><style></math><img src onerror="alert(1)">',
    ],
)
def test_hostile_html_is_shown_as_text(body: str) -> None:
    tags = tags_of(render(body))
    assert {tag.name for tag in tags} <= {"p", "a", "code", "pre", "br"}
    assert {name for tag in tags for name in tag.attributes} <= {"href", "title", "rel"}


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_written_has_no_tag_that_acts(body: str) -> None:
    for tag in tags_of(render(body)):
        assert tag.name in TAGS
        assert tag.attributes.keys() <= ATTRIBUTES.get(tag.name, set()) | {"rel"}


def test_headings_stand_below_those_of_the_page() -> None:
    html = render("# One\n\n## Two\n\n###### Six\n\nSetext\n===")
    assert re.findall(r"<(h\d)>", html) == ["h3", "h4", "h6", "h3"]


def test_links_tell_nothing_to_where_they_lead() -> None:
    html = render("[a](https://example.org/)")
    assert html == (
        '<p><a href="https://example.org/" rel="noopener noreferrer nofollow">a</a></p>'
    )


def test_an_image_comes_from_here() -> None:
    assert 'src="/static/a.png"' in render("![a](/static/a.png)")
    for elsewhere in ("https://example.org/a.png", "//example.org/a.png", "data:image/svg+xml,x"):
        assert "src" not in render(f"![a]({elsewhere})")


def test_lists_tables_and_code_keep_their_form() -> None:
    html = render("1. a\n2. b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~x~~ **y**")
    for tag in ("ol", "li", "table", "th", "td", "s", "strong"):
        assert f"<{tag}>" in html


def test_a_title_is_one_line() -> None:
    assert clean_title("  a\r\nb\tc\u2028d  ") == "a b c d"


def test_a_title_has_no_characters_that_turn_or_hide_text() -> None:
    assert clean_title("safe\u202egpj.exe\x00\x1b[31m\u2066") == "safegpj.exe[31m"


def test_a_title_keeps_emoji_and_right_to_left_letters() -> None:
    family = "👨‍👩‍👧‍👦 שלום"
    assert clean_title(family) == family


def test_it_refuses_a_long_title_and_says_how_long() -> None:
    assert clean_title("x" * 120)
    with pytest.raises(BadNotification, match=r"120.*121"):
        clean_title("x" * 121)


def test_it_refuses_half_a_character() -> None:
    for clean in (clean_title, lambda text: clean_body(text, 100)):
        with pytest.raises(BadNotification, match="surrogate"):
            clean("a\ud800b")


def test_a_body_keeps_its_lines_and_loses_control_characters() -> None:
    assert clean_body("a\r\n\tb\x00\x07\n\n\u202ec", 100) == "a\n\tb\n\nc"


def test_it_refuses_a_long_body() -> None:
    with pytest.raises(BadNotification, match="10"):
        clean_body("x" * 11, 10)


def test_an_excerpt_is_the_text_without_its_marks() -> None:
    assert excerpt("# Hi\n\n- *a* `b`\n- [c](https://d.example)\n\nx\ny", 200) == "Hi a b c x y"


def test_an_excerpt_is_cut_at_a_word() -> None:
    cut = excerpt("word " * 100, 20)
    assert cut == "word word word word…"
    assert len(cut) <= 20


def test_an_excerpt_of_one_long_word_is_cut_in_it() -> None:
    assert excerpt("x" * 300, 200) == "x" * 199 + "…"
