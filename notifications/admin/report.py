"""What readers have reported of posts, for those who look after the rooms."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications import publishing, text
from notifications.audience import label
from notifications.models import Report
from notifications.rights import display_name
from notifications.topics import USER, split

SHOWN_CHARACTERS = 120


class Settled(admin.SimpleListFilter):
    """Those that wait for somebody; all of them, where that is asked for."""

    title = _("state")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Settled")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("Open")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() == "all":
            return queryset
        return queryset.filter(settled_at__isnull=self.value() != "yes")


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """The open reports, the newest first. Who has reported is shown to staff alone."""

    list_display = ("reason", "said", "written_by", "room", "reported_by", "created_at", "state")
    list_filter = (Settled, "post__room")
    list_select_related = ("post__room", "post__notification__sender", "settled_by")
    search_fields = ("reason", "post__notification__body")
    date_hierarchy = "created_at"
    actions = ("settle", "delete_posts")
    fields = ("reason", "said", "written_by", "room", "reported_by", "created_at", "state")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Nothing in a report is to be changed; what is done with it are the actions.
        return False

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_report")

    @admin.display(description=_("post"))
    def said(self, row: Report) -> str:
        if row.post.notification.retracted_at is not None:
            return str(_("Post deleted"))
        where = f"{reverse('noticeboard:room', args=[row.post.room.slug])}?at={row.post_id}"
        words = text.excerpt(row.post.notification.body, SHOWN_CHARACTERS)
        return format_html('<a href="{}">{}</a>', where, words or row.post.notification.title)

    @admin.display(description=_("written by"))
    def written_by(self, row: Report) -> str:
        notification = row.post.notification
        return display_name(notification.sender) or notification.sender_name

    @admin.display(description=_("room"), ordering="post__room")
    def room(self, row: Report) -> str:
        return str(row.post.room)

    @admin.display(description=_("reported by"))
    def reported_by(self, row: Report) -> str:
        return label(row.author) if split(row.author)[0] == USER else str(_("a visitor"))

    @admin.display(description=_("state"))
    def state(self, row: Report) -> str:
        if row.settled_at is None:
            return str(_("Open"))
        return f"{_('Settled')}: {display_name(row.settled_by)}"

    @admin.action(description=_("Settle the selected reports"), permissions=["settle"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self._say(request, publishing.settle(queryset.values_list("pk", flat=True), request.user))

    @admin.action(description=_("Delete the posts and settle"), permissions=["settle"])
    def delete_posts(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        rows = list(queryset.select_related("post__notification"))
        for notification in {row.post.notification for row in rows}:
            publishing.retract(notification, by=request.user)
        # Whoever has reported the same post sees his report settled too.
        about = Report.objects.filter(post__in=[row.post_id for row in rows])
        self._say(request, publishing.settle(about.values_list("pk", flat=True), request.user))

    def _say(self, request: HttpRequest, count: int) -> None:
        said = ngettext("%(count)s report settled.", "%(count)s reports settled.", count)
        messages.success(request, said % {"count": count})
