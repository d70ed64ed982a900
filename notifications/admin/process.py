"""The way from the admin to the operators' page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from notifications.models import Process


@admin.register(Process)
class ProcessAdmin(admin.ModelAdmin):
    """Server processes write their rows themselves: there is nothing to edit, only to see."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page that shows them all."""
        return redirect("noticeboard:operators")
