"""Steps in the admin: an action for many from the list, a page for one, a question before both."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from notifications.admin.steps import PUBLISH, RETRACT, STEPS, Step

if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    Base = object

# The list in a question is for checking by eye.
MOST_NAMED = 20


class Stepping(Base):
    """A mixin for the admin of notifications."""

    actions = ("publish", "retract")

    @admin.action(description=PUBLISH.label, permissions=["step"])
    def publish(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        """Publish those that are chosen in the list."""
        return self._act(PUBLISH, request, chosen)

    @admin.action(description=RETRACT.label, permissions=["step"])
    def retract(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        """Retract those that are chosen in the list."""
        return self._act(RETRACT, request, chosen)

    def has_step_permission(self, request: HttpRequest) -> bool:
        """Whether this user may publish and retract: who may change notifications."""
        return self.has_change_permission(request)

    def get_urls(self) -> list[Any]:
        steps = [
            path(
                f"<int:pk>/{step.name}/",
                self.admin_site.admin_view(partial(self.step_view, step)),
                name=f"notifications_notification_{step.name}",
            )
            for step in STEPS
        ]
        return [*steps, *super().get_urls()]

    def step_view(self, step: Step, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask about one notification, and take the step when the answer is yes."""
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        if not self.has_step_permission(request):
            raise PermissionDenied
        back = reverse("admin:notifications_notification_change", args=[pk])
        if request.method != "POST":
            return self.question(request, step, [row], back)
        self.take_step(request, step, [row])
        return HttpResponseRedirect(back)

    def question(
        self, request: HttpRequest, step: Step, rows: list[Any], back: str
    ) -> TemplateResponse:
        """The page that asks; ``back`` is where "no" leads."""
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "opts": self.opts,
            "media": self.media,
            "step": step,
            "rows": [row for row in rows if step.possible(row)],
            "named": [row for row in rows if step.possible(row)][:MOST_NAMED],
            "left_out": sum(not step.possible(row) for row in rows),
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": back,
        }
        return TemplateResponse(request, "admin/notifications/step.html", context)

    def take_step(self, request: HttpRequest, step: Step, rows: list[Any]) -> None:
        """Take it, write it into the admin's history and say what happened."""
        changed, refusal = step.take([row for row in rows if step.possible(row)], request.user)
        for row in changed:
            self.log_change(request, row, str(step.label))
        if changed:
            self.message_user(request, step.done % len(changed), messages.SUCCESS)
        if refusal:
            self.message_user(request, refusal, messages.ERROR)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None and self.has_step_permission(request):
            context["steps"] = [step for step in STEPS if step.possible(row)]
        return super().render_change_form(request, context, *args, **kwargs)

    def _act(self, step: Step, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        rows = list(chosen)
        if request.POST.get("sure") != "yes":
            return self.question(request, step, rows, request.get_full_path())
        self.take_step(request, step, rows)
        return None
