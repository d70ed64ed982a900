"""The project's settings, and two views of the bench beside its own."""

from project.settings import *  # noqa: F403
from project.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench.fanout.counting.Counting"]
ROOT_URLCONF = "bench.fanout.site_urls"
