"""What the client of a WebSocket says: counted, read strictly, done one after the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext as _

from notifications import journal, relay
from notifications.actions import Subject, perform
from notifications.cursor import Cursor
from notifications.errors import BadRequest, NoticeboardError, TooMany, Unavailable
from notifications.publishing import visitor_name
from notifications.relay import Connection
from notifications.saying import SAYINGS, Speaker, may_speak, say
from notifications.strictjson import read_object
from notifications.transports import limits
from notifications.transports.frames import error_fields

logger = logging.getLogger(__name__)

#: Actions that wait for the database; more are refused at once.
MOST_WAITING = 128
#: A reference is the client's own; it is sent back as it came.
LONGEST_REF = 64

Request = tuple[Any, str, dict[str, Any]]


class Flood(Exception):
    """More frames than anybody who works with the page can cause."""


class Inbound:
    """The actions of one connection. ``reply`` sends the fields of one frame.

    ``address`` is the client's ("": none is known); a visitor without a session is known by it.
    """

    def __init__(
        self,
        connection: Connection,
        reply: Callable[[dict[str, Any]], None],
        address: str = "",
    ) -> None:
        self._connection = connection
        self._reply = reply
        self._address = address
        # Made with the first action: most pages only read, and a queue is 3 KB.
        self._requests: asyncio.Queue[Request] | None = None
        self._task: asyncio.Task[None] | None = None

    def take(self, text: str | None) -> None:
        """Read one frame (None: a binary one) and do what it says; raises ``Flood``."""
        if limits.frames.take(self._connection.client_id):
            self._note("flood", TooMany().status)
            raise Flood
        ref = None
        try:
            fields = _read(text)
            ref = _ref(fields)
            self._begin(ref, fields)
        except NoticeboardError as error:
            self._reply({"ref": ref, **self._refused(error)})

    def stop(self) -> None:
        """Leave undone what has not begun."""
        if self._task is not None:
            self._task.cancel()

    def _begin(self, ref: Any, fields: dict[str, Any]) -> None:
        do = fields.pop("do", None)
        if not isinstance(do, str):
            raise BadRequest(_("The field do is missing, or is not a text."))
        if do == "got":
            _check_got(fields)
            return
        if do in SAYINGS:
            limits.signals.spend(self._page)
            if not self._connection.admission.anonymous:
                # Nothing to wait for: his topics are known here.
                said = say(self._speaker(), do, fields)
                if ref is not None:
                    self._reply({"ref": ref, **said})
                return
            self._put(ref, do, fields)
            return
        limits.actions.spend(self._key)
        if do == "post":
            limits.posts.spend(self._key)
        self._put(ref, do, fields)

    def _put(self, ref: Any, do: str, fields: dict[str, Any]) -> None:
        if self._requests is None:
            self._requests = asyncio.Queue(MOST_WAITING)
            self._task = asyncio.get_running_loop().create_task(self._work(self._requests))
        try:
            self._requests.put_nowait((ref, do, fields))
        except asyncio.QueueFull:
            raise TooMany(retry_after=1) from None

    def _speaker(self) -> Speaker:
        admission, client_id = self._connection.admission, self._connection.client_id
        if admission.anonymous:
            name = visitor_name(admission.name)
            return Speaker(name, client_id, False, lambda topic: may_speak(None, topic))
        return Speaker(admission.name, client_id, admission.is_staff, admission.topics.__contains__)

    @property
    def _key(self) -> Any:
        """Who spends: the user, else the visitor's session if there is one, else his address.

        A session key that no session belongs to is nobody's, and anybody may think of many.
        """
        connection, admission = self._connection, self._connection.admission
        if not admission.anonymous:
            return admission.user_id
        if admission.session:
            return connection.session_key
        return limits.network(self._address) or connection.client_id

    @property
    def _page(self) -> Any:
        """Who spends signals: each page, but one without a session would only connect again."""
        admission, client_id = self._connection.admission, self._connection.client_id
        return self._key if admission.anonymous and not admission.session else client_id

    async def _work(self, requests: asyncio.Queue[Request]) -> None:
        while True:
            ref, do, payload = await requests.get()
            try:
                answer = await self._perform(do, payload)
            except NoticeboardError as error:
                answer = self._refused(error)
            self._reply({"ref": ref, **answer})

    def _refused(self, error: NoticeboardError) -> dict[str, Any]:
        self._note(error.code, error.status)
        return {"error": error_fields(error)}

    def _note(self, code: str, status: int) -> None:
        connection = self._connection
        user, tag = connection.admission.user_id, connection.tag
        journal.refused(code, status, transport="websocket", connection=tag, user=user)

    async def _perform(self, do: str, payload: dict[str, Any]) -> dict[str, Any]:
        user_id, session_key = self._connection.admission.user_id, self._connection.session_key
        try:
            if do in SAYINGS:
                return await relay.current().run(say, self._speaker(), do, payload)
            return await relay.current().run(_as_user, user_id, session_key, do, payload)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The action %s failed: %s", do, error)
            raise Unavailable(retry_after=1) from error
        except NoticeboardError:
            raise
        except Exception as error:
            # The connection and its events outlive whatever goes wrong in an action.
            logger.exception("The action %s failed.", do)
            raise Unavailable from error


def _as_user(
    user_id: Any, session_key: str | None, do: str, payload: dict[str, Any]
) -> dict[str, Any]:
    return perform(Subject.of(user_id, session_key), do, payload)


def _read(text: str | None) -> dict[str, Any]:
    if text is None:
        raise BadRequest(_("Frames are text."), code="wrong_type")
    return read_object(text)


def _ref(fields: dict[str, Any]) -> Any:
    ref = fields.pop("ref", None)
    short_text = isinstance(ref, str) and len(ref) <= LONGEST_REF
    if not (ref is None or type(ref) is int or short_text):
        raise BadRequest(_("ref must be a number or a short text."), code="wrong_type")
    return ref


def _check_got(fields: dict[str, Any]) -> None:
    """How far the client has read; the relay needs no word of it, but nonsense is told."""
    cursor = fields.pop("cursor", None)
    if not isinstance(cursor, str) or fields:
        raise BadRequest(_("got has exactly one field, cursor."))
    Cursor.parse(cursor)
