"""The ASGI application: the three live addresses, and Django for everything else."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# What follows imports models, which needs the apps to be loaded.
django.setup()

from notifications.routing import application  # noqa: E402

__all__ = ["application"]
