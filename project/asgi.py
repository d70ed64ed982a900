"""The ASGI application: the three live addresses, and Django for everything else."""

import os

import django
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# What follows imports models, which needs the apps to be loaded.
django.setup()

from notifications.routing import application  # noqa: E402
from project.databases import wait_less  # noqa: E402

wait_less(connections.settings)

__all__ = ["application"]
