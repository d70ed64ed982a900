"""The addresses of the site; ``/ws/`` and ``/events/`` are served beside Django (see asgi.py)."""

from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

admin.site.site_header = admin.site.site_title = _("Noticeboard")

handler500 = "notifications.views.failing.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("notifications.urls")),
]
