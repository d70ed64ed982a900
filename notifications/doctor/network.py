"""What was measured through the address that people use, judged. A proxy stands on the way."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from notifications.conf import options
from notifications.doctor.finding import Case, Said, done, problem, skipped, todo

#: The ticks, and what of their whole span is left where somebody kept the first until the last.
TICKS = 3
TICK_MS = 300
LEAST_SPAN_MS = TICK_MS * (TICKS - 1) / 2
#: A connection is silent for so many times the pause between heartbeats.
IDLE_FACTOR = 1.2

NGINX_STREAM = "proxy_buffering off;"
NGINX_UPGRADE = """\
proxy_http_version 1.1;
proxy_set_header Host $http_host;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection "upgrade";"""
NGINX_IDLE = "proxy_read_timeout 75s;"
NGINX_PROTO = "proxy_set_header X-Forwarded-Proto $scheme;"
NGINX_STATIC = """\
location /static/ {
    alias /srv/noticeboard/staticfiles/;
}"""
SERVE = "python manage.py serve"


def not_measured(case: Case) -> Said:
    if case.measured.ticks_status == 0:
        return skipped(_("Not measured: nobody answers."))
    return skipped(
        _("Not measured."),
        _("Give --url with the address that people use, or open /setup/ there."),
    )


def server(case: Case) -> Said:
    """An ASGI server answers: else there is polling only, and that of the page itself."""
    status = case.measured.ticks_status
    if status == 0:
        return problem(
            _("Nobody answers at this address, or the connection is not trusted."),
            _("Start the server, and look at the address and at the certificate."),
            SERVE,
        )
    if case.asgi is False or (status == 404 and not case.asgi):
        return problem(
            _("No ASGI server: the live addresses are not answered. This is WSGI, or a proxy that"
              " leads elsewhere. Live updates do not work."),
            _("Start an ASGI server."),
            SERVE,
        )  # fmt: skip
    if case.asgi or status is not None:
        return done(_("An ASGI server answers."))
    return not_measured(case)


def buffering(case: Case) -> Said:
    """Events come one by one, not when a buffer of a proxy is full."""
    status, ticks = case.measured.ticks_status, case.measured.ticks
    if not status or case.asgi is False:
        return not_measured(case)
    if status != 200:
        return problem(
            _("The stream could not be opened: status %(status)s.") % {"status": status},
            _("Lead /events/ to the server, as all other addresses."),
        )
    ticks = ticks or ()
    figure = {f"tick_{number}_ms": round(at) for number, at in enumerate(ticks, 1)}
    if len(ticks) < TICKS:
        return problem(
            _("Of %(sent)s ticks only %(came)s came: the stream was cut.")
            % {"sent": TICKS, "came": len(ticks)},
            _("Let the proxy wait for an answer that does not end."),
            NGINX_IDLE,
            **figure,
        )
    if not apart(ticks):
        return problem(
            _("%(count)s ticks, sent %(pause)s ms apart, arrived together: your proxy buffers.")
            % {"count": TICKS, "pause": TICK_MS},
            _("Let the proxy pass on X-Accel-Buffering: no, or turn its buffering off."),
            NGINX_STREAM,
            **figure,
        )
    said = _("%(count)s ticks, sent %(pause)s ms apart, came after %(times)s ms.")
    times = ", ".join(str(round(at)) for at in ticks)
    return done(said % {"count": TICKS, "pause": TICK_MS, "times": times}, **figure)


def apart(ticks: Sequence[float]) -> bool:
    """Whether all ticks came, and not together."""
    return len(ticks) >= TICKS and ticks[-1] - ticks[0] >= LEAST_SPAN_MS


def websocket(case: Case) -> Said:
    """The upgrade is passed on, and with the host that people use."""
    status, code = case.measured.upgrade_status, case.measured.upgrade_code
    if status is None:
        return not_measured(case)
    if status != 101:
        words = _("The upgrade to a WebSocket was refused.")
        if status:
            words = _("The upgrade to a WebSocket was refused with status %s.") % status
        cure = _(
            "Let the proxy pass on Upgrade, Connection and Host. Pages use a stream meanwhile."
        )
        return problem(words, cure, NGINX_UPGRADE)
    if code == 4403:
        return problem(
            _("A WebSocket opens, and is closed at once: the server takes the page for one of"
              " another site. It sees another host, port or scheme than people do."),
            _("Let the proxy pass on Host and X-Forwarded-Proto, and set PROXIES."),
            f"{NGINX_UPGRADE}\n{NGINX_PROTO}",
        )  # fmt: skip
    return done(_("A WebSocket opens."))


def idle(case: Case) -> Said:
    """Nobody on the way cuts what is silent between two heartbeats."""
    measured = case.measured
    wanted = measured.idle_wanted
    lived = {"stream": measured.stream_silent, "socket": measured.socket_silent}
    known = {name: seconds for name, seconds in lived.items() if seconds is not None}
    if wanted is None or not known:
        return not_measured(case)
    figure = {f"{name}_silent_seconds": round(seconds, 1) for name, seconds in known.items()}
    shortest = min(known.values())
    if shortest >= wanted:
        words = _("A silent connection lives for %(seconds)s s; heartbeats come every %(beat)s s.")
        said = {"seconds": _short(wanted), "beat": _short(options.HEARTBEAT_SECONDS)}
        return done(words % said, **figure)
    words = _("A silent connection was cut after %(seconds)s s; heartbeats come every %(beat)s s.")
    said = {"seconds": _short(shortest), "beat": _short(options.HEARTBEAT_SECONDS)}
    cure = _("Let the proxy wait longer, or set NOTICEBOARD['HEARTBEAT_SECONDS'] lower.")
    return problem(words % said, cure, NGINX_IDLE, **figure)


def secure(case: Case) -> Said:
    """A browser keeps much back from a page that came in the clear."""
    if case.measured.secure is None:
        return not_measured(case)
    if case.measured.secure:
        return done(_("A secure context: https, or this very machine."))
    words = _("Not a secure context: no desktop notifications, a connection for each tab, and"
              " passwords in the clear.")  # fmt: skip
    cure = _("Serve the site by https.")
    return todo(words, cure) if settings.DEBUG else problem(words, cure)


def policy(case: Case) -> Said:
    """The Content-Security-Policy is there, strict, and lets our own scripts through."""
    text = case.measured.policy
    if text is None:
        return not_measured(case)
    if not text:
        return todo(
            _("Pages come without a Content-Security-Policy."),
            _("Send one: all of Noticeboard works under this."),
            "Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'none';"
            " form-action 'self'; frame-ancestors 'none'",
        )
    rules = directives(text)
    standard = rules.get("default-src", ["*"])
    refused = [
        name
        for name in ("script-src", "style-src", "connect-src")
        if not {"'self'", "*"} & set(rules.get(name, standard))
    ]
    if refused:
        return problem(
            _("The Content-Security-Policy stops what the pages need: %s.") % ", ".join(refused),
            _("Allow what comes from the site itself."),
            "; ".join(f"{name} 'self'" for name in refused),
        )
    if "'unsafe-inline'" in rules.get("script-src", standard):
        return todo(
            _("The Content-Security-Policy lets scripts run that stand in a page."),
            _("Take 'unsafe-inline' out of script-src: our pages have a nonce."),
        )
    return done(_("A strict Content-Security-Policy, under which the pages work."))


def directives(text: str) -> dict[str, list[str]]:
    """A policy as name → sources. Of several of one name the first holds."""
    found: dict[str, list[str]] = {}
    for part in text.split(";"):
        name, *sources = part.split() or [""]
        found.setdefault(name.lower(), sources)
    return found


def _short(seconds: float) -> str:
    return f"{seconds:.1f}".removesuffix(".0")
