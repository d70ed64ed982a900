"""Django's settings of the Noticeboard site. docs/settings.md explains each variable."""

from pathlib import Path

from project import policy, production
from project.databases import databases
from project.env import Environment
from project.layers import channel_layers
from project.logs import FORMATS, logging_config
from project.secret import kept_key

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
ENVIRONMENT = env.choice("ENVIRONMENT", ("development", "production"), default="development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.flag("DEBUG", default=not PRODUCTION)

if PRODUCTION:
    SECRET_KEY = env.required(
        "SECRET_KEY",
        'Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"',
    )
else:
    SECRET_KEY = env.text("SECRET_KEY") or kept_key(VAR_DIR / "secret-key")
SECRET_KEY_FALLBACKS = env.many("SECRET_KEY_FALLBACKS")

LOCAL_HOSTS = () if PRODUCTION else ("localhost", "127.0.0.1", "[::1]")
ALLOWED_HOSTS = env.many("ALLOWED_HOSTS", default=LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    # Before daphne: whoever comes first provides `runserver`.
    "notifications",
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_eventstream",
    "axes",
    "lucide",
    # For the static files of its Chart.js, which the lab plots with.
    "chartkick.django",
    *policy.APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # In development runserver serves the files from where they are written.
    *(["whitenoise.middleware.WhiteNoiseMiddleware"] if PRODUCTION else []),
    policy.MIDDLEWARE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last: it turns a refused log-in into its answer.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "project.urls"
ASGI_APPLICATION = "project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                policy.CONTEXT_PROCESSOR,
            ],
        },
    },
]

DATABASES = databases(env, VAR_DIR, PRODUCTION)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = channel_layers(env, [SECRET_KEY, *SECRET_KEY_FALLBACKS])

EVENTSTREAM_STORAGE_CLASS = "notifications.transports.eventstream.LogStorage"
EVENTSTREAM_CHANNELMANAGER_CLASS = "notifications.transports.eventstream.InboxChannelManager"

# What is not here has the default that notifications/conf.py explains.
NOTICEBOARD: dict[str, object] = {}
if metrics_token := env.secret("METRICS_TOKEN"):
    NOTICEBOARD["METRICS_TOKEN"] = metrics_token

AUTHENTICATION_BACKENDS = [
    "project.guessing.ManyNames",
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "noticeboard:login"
LOGIN_REDIRECT_URL = "noticeboard:inbox"
LOGOUT_REDIRECT_URL = "noticeboard:login"

# How many proxies of ours stand in front, each appending to X-Forwarded-For.
PROXIES = env.number("PROXIES", default=0)

# Ten wrong passwords for one name from one address: wait a quarter of an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "project.visitors.client_address"
AXES_LOCKOUT_TEMPLATE = "noticeboard/locked.html"
AXES_VERBOSE = False

# Each is named as its own readers name it.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("zh-hans", "简体中文"), ("ar", "العربية")]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", [code for code, _ in LANGUAGES], default="en")
LOCALE_PATHS = [BASE_DIR / "locale"]
# Who has chosen a language reads it here until they choose another one.
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# Fonts and scripts are for our own pages.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "notifications.joining.storage.JoinedStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Django 6 reads the first, django-csp the second.
SECURE_CSP = policy.DIRECTIVES
CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy.DIRECTIVES}

if PRODUCTION:
    production.insist(DEBUG, [SECRET_KEY, *SECRET_KEY_FALLBACKS], ALLOWED_HOSTS)
    # A browser takes a __Host- cookie only over TLS, from this very host, for the whole site.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_LEVEL = env.choice("LOG_LEVEL", LOG_LEVELS, default="info").upper()
LOGGING = logging_config(env.choice("LOG_FORMAT", FORMATS, default="text"), LOG_LEVEL)
