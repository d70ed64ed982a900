"""I5: what docs and page give to copy does what it says, as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import Client, RequestFactory

from notifications import inbox
from notifications.doctor import snippets

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "doctor.md").read_text()

pytestmark = pytest.mark.django_db(transaction=True)


def block(language: str, beginning: str) -> str:
    """A block of the documentation as it stands there."""
    blocks = re.findall(rf"```{language}\n(.+?)\n```", DOCUMENT, flags=re.DOTALL)
    (found,) = [each for each in blocks if each.startswith(beginning)]
    return found


def rendered(template: str, user: Any) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return str(engines["django"].from_string(template).render({}, request))


def test_i5_the_documentation_and_the_page_show_the_same() -> None:
    assert block("html", "{% load") == snippets.TEMPLATE
    assert block("python", "from") == snippets.CODE
    assert block("html", "<a ") == snippets.LINK


def test_i5_the_template_has_a_bell(alice: Any) -> None:
    page = rendered(block("html", "{% load"), alice)
    assert "<notify-bell" in page
    assert "<notify-bell" not in rendered(block("html", "{% load"), AnonymousUser())


def test_i5_the_code_notifies_its_user(alice: Any, bob: Any) -> None:
    exec(compile(block("python", "from"), "docs/doctor.md", "exec"), {"user": alice})
    (item,) = inbox.snapshot(alice)["items"]
    assert (item["title"], item["level"]) == ("It works", "success")
    assert "<strong>code</strong>" in item["html"]
    assert inbox.snapshot(bob)["items"] == []


def test_i5_the_link_leads_to_the_form(alice: Any) -> None:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    link = re.search(r'href="([^"]+)"', rendered(block("html", "<a "), alice))
    assert link
    client = Client()
    client.force_login(alice)
    assert client.get(link[1]).status_code == 200
