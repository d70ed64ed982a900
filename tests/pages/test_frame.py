"""What every page shares: log-in, errors, languages, modules and their import map."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from notifications.templatetags import noticeboard

STATIC = Path(project.BASE_DIR) / "static" / "noticeboard"


def test_it_signs_in_and_out(client: Client, alice: Any) -> None:
    page = client.get("/accounts/login/?next=/n/7/").content.decode()
    assert 'name="username"' in page
    assert 'name="password"' in page
    fields = {"username": "alice", "password": "alice", "next": "/n/7/"}
    response = client.post("/accounts/login/", fields)
    assert (response.status_code, response["Location"]) == (302, "/n/7/")
    assert client.get("/accounts/login/")["Location"] == "/"
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_it_does_not_say_which_of_name_and_password_was_wrong(client: Client, alice: Any) -> None:
    texts = set()
    for name, password in (("alice", "wrong"), ("nobody", "wrong")):
        page = client.post("/accounts/login/", {"username": name, "password": password})
        found = re.search(r'role="alert"[^>]*>([^<]*)<', page.content.decode())
        assert found is not None
        texts.add(found[1])
    assert len(texts) == 1
    assert "password" in texts.pop()


@pytest.mark.parametrize(
    "name", ["400", "403", "403_csrf", "404", "500", "503", "noticeboard/locked"]
)
def test_its_error_pages_need_no_request(name: str) -> None:
    page = Template(f'{{% extends "{name}.html" %}}').render(Context())
    assert re.search(r"<h1>[^<]+</h1>", page)
    assert 'href="/"' in page


def test_it_gives_its_own_page_for_an_unknown_address(client: Client, settings: Any) -> None:
    settings.DEBUG = False
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()


def test_it_speaks_german_to_who_asks_for_it(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "de"}).content.decode()
    assert '<html lang="de" dir="ltr">' in page
    assert "Anmelden" in page
    script = client.get("/jsi18n/", headers={"accept-language": "de"}).content.decode()
    assert "ungelesen" in script
    assert "Administration" not in script


def test_it_writes_from_right_to_left_where_the_language_does(rf: RequestFactory) -> None:
    with translation.override("ar"):
        page = Template('{% extends "404.html" %}').render(Context())
    assert 'dir="rtl"' in page


def config_tag(user: Any) -> str:
    request = RequestFactory().get("/")
    request.user = user
    template = Template("{% load noticeboard %}{% noticeboard_config %}")
    return template.render(Context({"request": request}))


def test_the_config_works_on_a_page_of_a_host_project(alice: Any) -> None:
    assert '"cursor": "0.' in config_tag(alice)


def modules(nonce: str = "abc") -> str:
    request = RequestFactory().get("/")
    request.csp_nonce = nonce  # type: ignore[attr-defined]
    template = Template("{% load noticeboard %}{% noticeboard_modules %}")
    return template.render(Context({"request": request}))


def test_it_preloads_every_module_and_needs_no_import_map_for_plain_names() -> None:
    page = modules()
    assert "importmap" not in page
    for path in noticeboard.module_paths():
        later = path.split("/")[1] in noticeboard.FOLDERS_OF_SOME_PAGES
        later = later or bool(noticeboard.APART.search(path))
        assert (f'href="/static/{path}"' in page) is not later
    assert "noticeboard/theme.js" not in noticeboard.module_paths()


def test_it_maps_plain_addresses_to_hashed_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = "/static/x/{}?v=1</script>"
    monkeypatch.setattr(noticeboard, "static", lambda path: hashed.format(Path(path).name))
    page = modules("n0nce")
    assert page.startswith('<script type="importmap" nonce="n0nce">{"imports": {')
    assert '"/static/noticeboard/page.js": "/static/x/page.js?v=1\\u003C/script>"' in page


def packed(*patterns: str) -> int:
    parts = [path.read_bytes() for each in patterns for path in sorted(STATIC.glob(each))]
    assert parts
    return sum(len(gzip.compress(part, 9)) for part in parts)


FRAME = ("tokens", "page", "controls", "live")
ROOM = ("note", "rooms", "posts", "acts", "dialogs")


@pytest.mark.parametrize("own", [("feed", "filters"), ("note",), ROOM])
def test_its_styles_stay_small(own: tuple[str, ...]) -> None:
    most = 12 if own is ROOM else 10
    assert packed(*(f"css/{name}.css" for name in (*FRAME, *own))) <= most * 1024


def test_the_modules_of_rooms_stay_small() -> None:
    assert packed("rooms/*.js") <= 22 * 1024
    assert packed("rooms/apart/*.js") <= 7 * 1024


def scripts() -> list[Path]:
    return sorted(STATIC.rglob("*.js"))


def test_no_module_makes_html_out_of_text() -> None:
    ways = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|eval\("
        r"|new Function|\.style\b|setAttribute\(\"style"
    )
    for path in scripts():
        code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text(), flags=re.S)
        assert not ways.search(code), path
        if path.name != "dom.js":
            assert "DOMParser" not in code, path


def test_the_client_and_the_store_know_no_page() -> None:
    for path in (*STATIC.glob("client/**/*.js"), STATIC / "inbox.js"):
        code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text(), flags=re.S)
        assert not re.search(r"document\.(?!visibilityState|cookie)|querySelector", code), path


def test_no_view_knows_the_network() -> None:
    for path in STATIC.glob("views/*.js"):
        code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text(), flags=re.S)
        assert not re.search(r"\bfetch\(|WebSocket\(|EventSource|/client/", code), path


def test_the_styles_use_logical_properties_and_no_other_colours() -> None:
    for path in STATIC.glob("css/*.css"):
        code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        assert not re.search(r"(margin|padding|border)-(left|right|top|bottom)\b", code), path
        assert not re.search(r"[\s;{](left|right|top|bottom|width|height):", code), path
        # A bell stands on pages that have no tokens of ours.
        if path.name not in ("tokens.css", "bell.css"):
            assert not re.search(r"#[0-9a-f]{3,8}\b(?!.*\{)", code.replace("#fff", "")), path


def test_the_dark_colours_are_the_same_by_choice_and_by_system() -> None:
    text = (STATIC / "css" / "tokens.css").read_text()
    blocks = re.findall(r"(?:not\(\[data-theme=\"light\"\]\)|\"dark\"\]) \{(.*?)\}", text, re.S)
    system, chosen = ({line.strip() for line in block.split("\n")} for block in blocks)
    assert chosen - system == {"color-scheme: dark;"}
    assert system <= chosen


def test_every_icon_is_in_the_sprite() -> None:
    sprite = noticeboard.icon_sprite()
    templates = Path(project.BASE_DIR) / "templates" / "noticeboard"
    used = {
        name
        for path in templates.glob("*.html")
        for name in re.findall(r'{% icon "([\w-]+)" %}', path.read_text())
    }
    for name in used | set(noticeboard.LEVEL_ICONS.values()):
        assert f'id="icon-{name}"' in sprite
    assert finders.find("noticeboard/icon.svg")
