"""The addresses of the site; ``/ws/`` and ``/events/`` are served beside Django (see asgi.py)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("notifications.urls")),
]
