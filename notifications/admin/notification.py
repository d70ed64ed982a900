"""Notifications in the admin: written, scheduled, edited and retracted; never deleted once seen."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from notifications.admin.choices import described, search
from notifications.admin.filters import StateFilter
from notifications.admin.forms import NotificationForm
from notifications.admin.stepping import Stepping
from notifications.errors import NoticeboardError
from notifications.models import Notification, State
from notifications.publishing import set_audience

CLOSED = frozenset({State.EXPIRED, State.RETRACTED})

# The fields of the form; those of time depend on whether it is published.
SAID = ("title", "body", "level", "link", "acknowledge")
OFFERED = ("first_action", "second_action")
PLANNED = {
    "fields": ("is_draft", "publish_at", "expires_at", "replace_key"),
    "description": _("Without a time it is published when you save it."),
}
TOLD = {"fields": ("published_at", "edited_at", "expires_at", "replace_key")}


class LabelledChangeList(ChangeList):
    """The list, with the audiences of a whole page called by name in a few queries."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        names = dict(described({topic for row in rows for topic in row.audience}))
        for row in rows:
            row.audience_names = [names[topic] for topic in row.audience]
        self.result_list = rows


@admin.register(Notification)
class NotificationAdmin(Stepping, admin.ModelAdmin):
    """A save publishes through the signals of the model, after the commit of the admin's view."""

    form = NotificationForm
    date_hierarchy = "created_at"
    list_display = ("what", "state_badge", "level_badge", "to", "publishes", "expires_at", "sender")
    list_filter = (StateFilter, "level")
    list_select_related = ("sender",)
    search_fields = ("title", "body")
    change_form_template = "admin/notifications/notification_form.html"

    class Media:
        css = {"all": ["noticeboard/admin/admin.css"]}

    # The list.

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        rows: Any = super().get_queryset(request)
        ordered: QuerySet[Notification] = rows.with_state().prefetch_related("addresses")
        return ordered

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-created_at", "-pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LabelledChangeList

    @admin.display(description=_("Notification"), ordering="title")
    def what(self, row: Notification) -> str:
        return Truncator(str(row)).chars(80)

    @admin.display(description=_("State"), ordering="current_state")
    def state_badge(self, row: Notification) -> Any:
        if row.pk is None:
            return _("New")
        state = State(getattr(row, "current_state", row.state))
        return _badge("state", state.value, str(state.label))

    @admin.display(description=_("Level"), ordering="level")
    def level_badge(self, row: Notification) -> str:
        return _badge("level", row.level, row.get_level_display())

    @admin.display(description=_("Audience"))
    def to(self, row: Any) -> str:
        names = getattr(row, "audience_names", None)
        if names is None:
            names = [choice.text for choice in described(row.audience)]
        return Truncator(", ".join(names)).chars(200)

    @admin.display(description=_("Actions"))
    def offered(self, row: Notification) -> str:
        told = [f"{each['label']} ({each.get('do') or each['url']})" for each in row.actions]
        return ", ".join(told) or "–"

    @admin.display(description=_("Published"), ordering="published_at")
    def publishes(self, row: Notification) -> Any:
        return row.published_at or row.publish_at

    # What is allowed: a retracted or expired one is only looked at, a published one is retracted.

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        closed = obj is not None and obj.state in CLOSED
        return not closed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Without an object it is asked for the action that deletes many, published ones too.
        deletable = obj is not None and obj.published_at is None
        return deletable and super().has_delete_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        # Who only looks is shown names; the field would be shown as the list of its topics.
        to_look = obj is not None and not self.has_change_permission(request, obj)
        published = obj is not None and obj.published_at is not None
        return (
            (None, {"fields": SAID if obj is None else ("state_badge", *SAID)}),
            (_("Actions"), {"fields": ("offered",) if to_look else OFFERED}),
            (_("Audience"), {"fields": ("to" if to_look else "audience",)}),
            (_("Time"), TOLD if published else PLANNED),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Which one it replaced was settled when it was published.
        settled = ("replace_key",) if obj is not None and obj.published_at else ()
        return ("state_badge", "to", "offered", "published_at", "edited_at", *settled)

    # Saving.

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.sender = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change or "audience" in form.changed_data:
            set_audience(form.instance, form.cleaned_data["audience"])

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except NoticeboardError as error:
            # It was retracted, or it expired, while the form was open: nothing was saved.
            self.message_user(request, str(error.detail), messages.ERROR)
            return HttpResponseRedirect(request.path)

    # Choosing an audience.

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.audience_view)
        name = "notifications_notification_audience"
        return [path("audience/", view, name=name), *super().get_urls()]

    def audience_view(self, request: HttpRequest) -> JsonResponse:
        """What the typed term finds, in the shape that the admin's autocomplete reads."""
        if not (self.has_add_permission(request) or self.has_step_permission(request)):
            raise PermissionDenied
        page = request.GET.get("page", "1")
        number = int(page) if page.isdecimal() and len(page) < 6 else 1
        found = search(request.GET.get("term", "")[:80], max(number, 1))
        results = [{"id": choice.topic, "text": choice.text} for choice in found.choices]
        return JsonResponse({"results": results, "pagination": {"more": found.more}})


def _badge(kind: str, value: str, text: str) -> str:
    return format_html('<span class="badge {} {}">{}</span>', kind, value, text)
