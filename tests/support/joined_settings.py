"""A test's site whose static files are collected as in production: minified and joined."""

from tests.support.site_settings import *  # noqa: F403
from tests.support.site_settings import MIDDLEWARE, STORAGES

DEBUG = False
MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware", *MIDDLEWARE]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "notifications.joining.storage.JoinedStaticFilesStorage"},
}
