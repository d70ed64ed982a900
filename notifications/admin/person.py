"""Accounts in the admin: what is kept about a person can be handed over; deleting is Django's own.

Django's account page gets the link by itself. A project with a page of its own adds `PersonalData`
before its other base classes.
"""

import logging
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, reverse

from notifications import personal

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

audit = logging.getLogger("noticeboard.audit")


class PersonalData(Base):
    """A link on the page of an account: all that is kept about the person, as a JSON file."""

    change_form_template = "admin/notifications/person_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_personal_data)
        name = f"{self.opts.app_label}_{self.opts.model_name}_personal_data"
        return [path("<path:object_id>/personal-data/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj")
        if obj is not None and self._may_export(request, obj):
            name = f"{self.opts.app_label}_{self.opts.model_name}_personal_data"
            context["personal_data_url"] = reverse(
                f"admin:{name}", args=[obj.pk], current_app=self.admin_site.name
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def export_personal_data(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """For whoever may delete the account: it holds what was said in private rooms, too."""
        user = self.get_object(request, unquote(object_id))
        if not self._may_export(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        audit.info("personal data of user %s exported by user %s", user.pk, request.user.pk)
        answer = JsonResponse(
            personal.export(user), json_dumps_params={"ensure_ascii": False, "indent": 2}
        )
        name = f"attachment; filename=person-{user.pk}.json"
        answer.headers["Content-Disposition"] = name
        return answer

    def _may_export(self, request: HttpRequest, user: Any) -> bool:
        return self.has_view_permission(request, user) and self.has_delete_permission(request, user)


class PersonAdmin(PersonalData, UserAdmin):
    """Django's own page of accounts, with the link."""


if type(admin.site._registry.get(get_user_model())) is UserAdmin:
    admin.site.unregister(get_user_model())
    admin.site.register(get_user_model(), PersonAdmin)
