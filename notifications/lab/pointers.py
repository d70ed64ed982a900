"""Shared pointers: a page on which everybody who has it open sees where the others point."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import inbox
from notifications.conf import options
from notifications.lab.access import lab_page, may_use
from notifications.topics import register_topic

#: Where they are told, to be asked for by the page.
TOPIC = "pointers.lab"


@never_cache
@require_safe
@lab_page
def pointers(request: HttpRequest) -> HttpResponse:
    """The page. Its pointers come over the connection that its notifications come over."""
    snapshot = inbox.snapshot(request.user, limit=options.PAGE_SIZE)
    return render(
        request,
        "noticeboard/pointers.html",
        {
            "page": "lab",
            "modules": ["pointers"],
            "snapshot": snapshot,
            "unread": snapshot["unread"],
            "topics": [TOPIC],
            "topic": TOPIC,
        },
    )


def _may_read(user: Any, key: str) -> bool:
    return key == "lab" and may_use(user)


register_topic("pointers.{id}", can_read=_may_read)
