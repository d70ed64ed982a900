"""Rooms and their members in the admin; a save tells the members through the models' signals."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notifications.models import Membership, Mute, Room


class MembershipInline(admin.TabularInline):
    """The members of a room."""

    model = Membership
    autocomplete_fields = ("user",)
    fields = ("user", "notify")
    extra = 0


class MuteInline(admin.TabularInline):
    """Who may not post in a room for a while."""

    model = Mute
    extra = 0


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    """The slug is part of the room's topic, which clients and the log remember: it is set once."""

    list_display = ("name", "slug", "is_public", "notify", "is_closed", "member_count")
    list_filter = ("is_public", "is_closed", "notify", "announcement_only")
    search_fields = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline, MuteInline)
    fieldsets = (
        (None, {"fields": ("name", "slug", "description", "notify")}),
        (
            _("Who may do what"),
            {
                "fields": (
                    *("is_public", "anonymous_posts", "announcement_only", "is_closed"),
                    "slow_seconds",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        return super().get_queryset(request).annotate(member_total=Count("memberships"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    @admin.display(description=_("Members"), ordering="member_total")
    def member_count(self, row: Any) -> int:
        return int(row.member_total)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who is in which room, over all rooms."""

    autocomplete_fields = ("room", "user")
    list_display = ("user", "room", "notify", "joined_at")
    list_filter = ("room", "notify")
    list_select_related = ("user", "room")
    search_fields = ("room__slug", "room__name")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (*self.search_fields, f"user__{get_user_model().USERNAME_FIELD}")
