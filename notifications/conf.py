"""Our settings: `NOTICEBOARD = {…}` in Django's settings, read as `options.HEARTBEAT_SECONDS`.

Every option has a default and a sentence. Values are read once and again when a test changes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.functional import SimpleLazyObject, empty

SETTING = "NOTICEBOARD"


def option(default: Any, sentence: str) -> Any:
    """A field of `Options` with the sentence that says what it is for."""
    return field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True, slots=True)
class Options:
    """All options with their defaults; times are in seconds, sizes in bytes, unless they say so."""

    DATABASE: str = option("default", "Alias of the database that holds the log and its tables.")
    LAYER: str = option("default", "Alias of the channel layer that carries hints.")
    LAYER_GROUP: str = option("noticeboard", "Group of the channel layer that every relay joins.")
    HEARTBEAT_SECONDS: float = option(25, "Pause between heartbeats; proxies cut at 30 to 60.")
    RECONCILE_SECONDS: float = option(1.0, "How often a relay looks at the head of the log.")
    BROADCAST_TIMEOUT: float = option(0.5, "Longest time a hint may cost its publisher.")
    MEMORY_EVENTS: int = option(5_000, "Newest events that a relay keeps in memory.")
    STAMP_BATCH: int = option(5_000, "Events stamped in one transaction.")
    STAMP_ROUNDS: int = option(4, "Batches that one publisher stamps before it leaves the rest.")
    REPLAY_BATCH: int = option(500, "Events read from the log at a time for a replay.")
    EVENT_DAYS: int = option(30, "Days after which `prune` deletes events.")
    NOTIFICATION_DAYS: int = option(365, "Days after which `prune` deletes notifications.")
    DELETED_POSTS: str = option(
        "anonymise", 'What becomes of the posts of a deleted person: "anonymise" or "blank".'
    )
    WAIT_SECONDS: float = option(25, "Longest wait of a long poll.")
    BUFFER_BYTES: int = option(1_048_576, "Bytes that may wait for one connection.")
    DRAIN_SECONDS: float = option(30, "Time a connection over its bound has to drain.")
    STREAM_SECONDS: float = option(3_600, "Age at which an SSE stream is ended and comes back.")
    FRAME_BYTES: int = option(65_536, "Largest frame that a client may send.")
    BODY_BYTES: int = option(65_536, "Largest request body that the API reads.")
    REQUEST_SECONDS: float = option(30, "Time in which a request has to arrive whole.")
    REQUEST_BYTES: int = option(2_621_440, "Largest body of any request to our server.")
    ACTIONS_PER_MINUTE: int = option(100, "Actions of one user in a minute.")
    POSTS_PER_MINUTE: int = option(30, "Posts of one user in a minute.")
    SIGNALS_PER_SECOND: int = option(60, "Signal events of one connection in a second.")
    GRACE_SECONDS: float = option(30, "How long one who went still counts as present.")
    REVALIDATE_SECONDS: float = option(120, "How often the rights of a connection are looked up.")
    TICKET_SECONDS: float = option(30, "Age up to which a ticket admits; 0: there are none.")
    CONNECTIONS_PER_USER: int = option(50, "Open connections of one user in one process.")
    VISITOR_CONNECTIONS: int = option(1_000, "Open connections of all visitors in one process.")
    CONNECTIONS_PER_ADDRESS: int = option(
        200, "Open connections of the visitors of one address in one process."
    )
    PAGE_SIZE: int = option(25, "Items on one page of the inbox.")
    UNREAD_CAP: int = option(100, "Unread items counted before the badge says 99+.")
    BODY_CHARACTERS: int = option(10_000, "Longest body of a notification, in characters.")
    POST_CHARACTERS: int = option(4_000, "Longest post in a room, in characters.")
    ORIGINS: tuple[str, ...] = option(
        (), "Origins allowed besides our own and those of CSRF_TRUSTED_ORIGINS."
    )
    MANDATORY: tuple[str, ...] = option(
        (), "Levels and topics that no reader can mute, such as critical and group.3."
    )
    POLL_SECONDS: float = option(15, "Pause between polls, told to the client.")
    METRICS_TOKEN: str = option("", "Bearer token that reads `/metrics`; staff need none.")
    CANARY_SECONDS: float = option(60, "Pause between canaries of a served process; 0: none.")
    RETRY_MS: int = option(2_000, "Centre of the jittered `retry:` of SSE, in milliseconds.")


def all_options() -> dict[str, Field[Any]]:
    """Name → field; the sentence is in `field.metadata["sentence"]`."""
    return {each.name: each for each in fields(Options)}


def chosen() -> Mapping[str, Any]:
    """What the project has set; raises `ImproperlyConfigured` if that is no dictionary."""
    values = getattr(settings, SETTING, {})
    if not isinstance(values, Mapping):
        raise ImproperlyConfigured(
            f'{SETTING} must be a dictionary, such as {{"PAGE_SIZE": 50}}, not {values!r}.'
        )
    return values


def unknown() -> list[str]:
    """Names in the setting that are no option of ours (a mistake: `checks` says so)."""
    return sorted(set(chosen()) - set(all_options()))


def mistyped() -> list[str]:
    """Names in the setting whose value has another type than the default."""
    known = all_options()
    return sorted(
        name
        for name, value in chosen().items()
        if name in known and not _same_kind(value, known[name].default)
    )


def _same_kind(value: Any, default: Any) -> bool:
    if isinstance(default, (int, float)):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    if isinstance(default, tuple):
        return isinstance(value, (tuple, list)) and all(isinstance(each, str) for each in value)
    return isinstance(value, str) and bool(value)


def _load() -> Options:
    known = all_options()
    return Options(**{name: value for name, value in chosen().items() if name in known})


_lazy = SimpleLazyObject(_load)
options = cast(Options, _lazy)


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == SETTING:
        _lazy._wrapped = empty


setting_changed.connect(_forget, dispatch_uid="noticeboard.conf")
