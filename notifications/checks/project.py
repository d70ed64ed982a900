"""The project around us: the order of its apps, its ASGI application, its sessions."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

OURS = {
    "EVENTSTREAM_STORAGE_CLASS": "notifications.transports.eventstream.LogStorage",
    "EVENTSTREAM_CHANNELMANAGER_CLASS": "notifications.transports.eventstream.InboxChannelManager",
}


@register()
def check_app_order(**kwargs: Any) -> list[CheckMessage]:
    """E005: of two apps with a `runserver`, Django takes the first one's."""
    apps = [app.partition(".apps.")[0] for app in settings.INSTALLED_APPS]
    if "daphne" not in apps or apps.index("notifications") < apps.index("daphne"):
        return []
    return [
        Error(
            "daphne stands before notifications in INSTALLED_APPS: its runserver is used.",
            hint='Put "notifications" before "daphne".',
            id="noticeboard.E005",
        )
    ]


@register()
def check_asgi_application(**kwargs: Any) -> list[CheckMessage]:
    """E006: without an ASGI application nothing is live."""
    path = getattr(settings, "ASGI_APPLICATION", None)
    try:
        if path:
            import_string(path)
            return []
        problem = "ASGI_APPLICATION is not set."
    except ImportError as error:
        problem = f"ASGI_APPLICATION {path!r} cannot be imported: {error}."
    return [
        Error(
            problem,
            hint="Name your own, made with notifications.routing.with_transports(), or"
            ' "notifications.routing.application".',
            id="noticeboard.E006",
        )
    ]


@register()
def check_sessions(**kwargs: Any) -> list[CheckMessage]:
    """W007: a session that only the browser holds cannot be ended by the server."""
    if settings.SESSION_ENGINE != "django.contrib.sessions.backends.signed_cookies":
        return []
    return [
        Warning(
            "Sessions are kept in signed cookies: a log-out cannot end a copied session.",
            hint='Use "django.contrib.sessions.backends.db" or "…cached_db".',
            id="noticeboard.W007",
        )
    ]


@register()
def check_eventstream(**kwargs: Any) -> list[CheckMessage]:
    """W008: django-eventstream by itself lets anybody read any of its channels."""
    if "django_eventstream" not in settings.INSTALLED_APPS:
        return []
    return [
        Warning(
            f"{name} is not ours: what is sent with send_event() does not follow our rules.",
            hint=f'{name} = "{path}"',
            id="noticeboard.W008",
        )
        for name, path in OURS.items()
        if getattr(settings, name, None) != path
    ]
