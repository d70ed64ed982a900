"""The smallest project with Noticeboard in it, and a user model of its own."""

SECRET_KEY = "long enough for a test that signs nothing which anybody else sees"
INSTALLED_APPS = [
    "notifications",
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "tests.support.uuid_people",
]
AUTH_USER_MODEL = "uuid_people.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
ROOT_URLCONF = "notifications.urls"
USE_TZ = True
