"""The channel layer: something sent through it comes back, and it reaches every server process."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from notifications.conf import options
from notifications.doctor.finding import Case, Said, done, problem
from notifications.operating import processes
from notifications.relay.roundtrip import round_trip

#: A layer that needs longer brings hints later than the look at the log does.
MOST_SECONDS = 0.5
TIMEOUT = 2.0
IN_MEMORY = "InMemoryChannelLayer"
REDIS = "REDIS_URL=redis://127.0.0.1:6379/0"


def reached(case: Case) -> Said:
    """A hint comes through the layer, soon, and to all processes that run."""
    backend = getattr(settings, "CHANNEL_LAYERS", {}).get(options.LAYER, {}).get("BACKEND", "")
    alone = [each for each in processes.live() if IN_MEMORY in each.layer]
    if len(alone) > 1:
        return problem(
            _("%(count)s server processes run, each with a channel layer of its own: what one tells"
              " the others' pages learn up to a second later, and typing and presence not at all.")
            % {"count": len(alone)},
            _("Give all of them one Redis."),
            REDIS,
            processes=len(alone),
        )  # fmt: skip
    try:
        seconds = round_trip(TIMEOUT)
    except Exception as error:
        # Whatever a backend raises: it is that which is looked for.
        return problem(
            _("The channel layer does not answer (%(error)s): events of other processes arrive up"
              " to a second late, typing and presence not at all.") % {"error": reason(error)},
            _("Start Redis, and look at its address and password in REDIS_URL."),
            "redis-cli -u \"$REDIS_URL\" ping",
        )  # fmt: skip
    ms = round(seconds * 1000, 2)
    if seconds > MOST_SECONDS:
        words = _("The channel layer is slow: there and back in %(ms)s ms.")
        return problem(words % {"ms": ms}, _("Have Redis nearby."), round_trip_ms=ms)
    if IN_MEMORY in backend:
        return done(
            _("The layer of one process, which is enough for one: there and back in %(ms)s ms.")
            % {"ms": ms},
            round_trip_ms=ms,
        )
    words = _("Redis answers: there and back in %(ms)s ms.")
    return done(words % {"ms": ms}, round_trip_ms=ms)


def reason(error: BaseException) -> str:
    """An error in one line, without the addresses and passwords that its own text may have."""
    return type(error).__name__
