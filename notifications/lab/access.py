"""Who may use the lab: staff, and everybody who is signed in where DEBUG is on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

Page = Callable[[HttpRequest], HttpResponse]


def may_use(user: Any) -> bool:
    """Whether a user (or a visitor: None) may use the lab."""
    signed_in = user is not None and user.is_authenticated
    return signed_in and bool(user.is_staff or settings.DEBUG)


def lab_page(page: Page) -> Page:
    """A page of the lab: visitors are sent to sign in, whoever may not use the lab gets 403."""

    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_use(request.user):
            raise PermissionDenied
        return page(request)

    return guarded
