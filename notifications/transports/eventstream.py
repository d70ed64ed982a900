"""The extension points of django-eventstream: its names for our topics, our log as its storage.

``EVENTSTREAM_CHANNELMANAGER_CLASS`` and ``EVENTSTREAM_STORAGE_CLASS`` name the two classes here.
Then its ``send_event(topic, type, data)`` writes to our log and arrives over every transport, and
``GET /events/`` (``transports.sse``) is an endpoint for its clients. Only its view is not used: it
holds a thread of the operating system for each open stream.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django_eventstream.channelmanager import ChannelManagerBase
from django_eventstream.event import Event
from django_eventstream.eventrequest import EventRequest
from django_eventstream.storage import EventDoesNotExist, StorageBase
from django_eventstream.utils import sse_encode_event

from notifications import events, log, rights
from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import BadCursor, BadTopic, Discontinued
from notifications.models import Event as Logged
from notifications.topics import check_topic

logger = logging.getLogger(__name__)

#: The name under which EventRequest keeps our one cursor; it knows one id for each of its channels.
LOG = "log"


class StreamRequest:
    """What ``EventRequest`` needs of a Django request, for a raw ASGI application."""

    def __init__(self, header: str | None, query: Iterable[str]) -> None:
        """``header`` is Last-Event-ID, ``query`` the values of ``?lastEventId=`` in their order."""
        # es-meta, link and recover are for its own proxy, and never taken from a client of ours.
        self.GET = QueryDict(mutable=True)
        self.GET.setlist("lastEventId", [_labelled(value) for value in query])
        self.META = {"HTTP_LAST_EVENT_ID": _labelled(header or "")}


def requested_cursor(header: str | None, query: Iterable[str]) -> Cursor | None:
    """The cursor to continue from, found where ``EventRequest`` looks for it; None without one.

    Raises ``BadCursor`` for anything else.
    """
    try:
        request = EventRequest(StreamRequest(header, query), view_kwargs={"channels": {LOG}})
    except EventRequest.Error as error:
        raise BadCursor from error
    text = request.channel_last_ids.get(LOG)
    return None if text is None else Cursor.parse(text)


def encode(name: str, data: Any, cursor: Cursor | None = None) -> bytes:
    """One block of a stream with a name of django-eventstream's, data as JSON."""
    event_id = None if cursor is None else str(cursor)
    text: str = sse_encode_event(name, data, event_id=event_id, json_encode=True)
    return text.encode()


class InboxChannelManager(ChannelManagerBase):  # type: ignore[misc]
    """Its channels are our topics; who may read them is decided by ``rights``, never by the URL."""

    def get_channels_for_request(self, request: Any, view_kwargs: dict[str, Any]) -> set[str]:
        """The topics of the request's user, and those asked for that he may read."""
        if isinstance(request, StreamRequest):
            return set(view_kwargs["channels"])
        asked = request.GET.getlist("topic")[: rights.MOST_ASKED]
        topics = rights.topics_of(request.user)
        return set(topics) | {topic for topic in asked if rights.may_read(request.user, topic)}

    def can_read_channel(self, user: Any, channel: str) -> bool:
        """Whether a user (None: a visitor) may read a topic."""
        return rights.may_read(user, channel)

    def is_channel_reliable(self, channel: str) -> bool:
        """Every topic is: its events are in the log."""
        try:
            check_topic(channel)
        except BadTopic:
            return False
        return True


class LogStorage(StorageBase):  # type: ignore[misc]
    """Its events are entries of our log."""

    def append_event(self, channel: str, event_type: str, data: Any) -> Event:
        """Write an event in the caller's transaction, or in one of its own.

        A type that nobody has registered is taken as it is; the data must be a JSON object, and
        anything else becomes one, ``{"value": …}``. Raises ``BadTopic`` and ``BadEvent``.
        """
        value = _as_object(data)
        if not events.is_registered(event_type):
            events.register_event_type(event_type, None)
        with transaction.atomic(using=options.DATABASE):
            row = log.append(event_type, [check_topic(channel)], value)
        row.refresh_from_db(fields=["seq"])
        return Event(channel, event_type, value, id=row.seq or 0)

    def get_events(self, channel: str, last_id: int, limit: int = 100) -> list[Event]:
        """The events of one topic after a position; raises ``EventDoesNotExist`` if it is gone."""
        head = log.head()
        if last_id == head.cursor.seq:
            return []
        try:
            entries = log.after(_cursor_at(last_id), [channel], limit=limit)
        except Discontinued as error:
            raise EventDoesNotExist(f"No such event {last_id}", head.cursor.seq) from error
        return [Event(channel, each.type, json.loads(each.data), id=each.seq) for each in entries]

    def get_current_id(self, channel: str) -> int:
        """The position of the newest event."""
        return log.head().cursor.seq


def _cursor_at(seq: int) -> Cursor:
    rows = Logged._default_manager.using(options.DATABASE).filter(seq=seq)
    tag = rows.values_list("tag", flat=True).first()
    if tag is None:
        raise Discontinued("unknown")
    return Cursor(seq, tag)


def _labelled(text: str) -> str:
    return f"{LOG}:{text}" if text else ""


def _as_object(data: Any) -> dict[str, Any]:
    try:
        value = json.loads(data) if isinstance(data, str) else data
    except ValueError:
        value = data
    return value if isinstance(value, dict) else {"value": value}
