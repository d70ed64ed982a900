"""Production's settings, without the step that gives static files their names."""

from project.settings import *  # noqa: F403
from project.settings import STORAGES

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
