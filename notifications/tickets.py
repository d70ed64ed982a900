"""Tickets: what was found out about a session, sealed for the browser to bring back.

Nobody but us can make or read one. It admits only together with the cookie of its session, to the
same topics, while it is fresh, and only where no event since has changed the rights that it says.
"""

from __future__ import annotations

import os
import time
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac

from notifications.conf import options
from notifications.cursor import Cursor
from notifications.errors import BadCursor
from notifications.rights import Admission, session_digest

#: An address may be some thousand characters long; who has more topics goes without a ticket.
LONGEST = 2_000
#: With what is sealed its shape changes, and then this does.
SALT = "notifications.tickets.1"
NONCE_BYTES = 12
#: What is longer is compressed. Of most readers it is shorter, and zlib would take as long as all
#: the rest: it clears a quarter of a megabyte first.
LONGEST_PLAIN = 600
#: How JSON begins that is not compressed; zlib's first byte is another.
ARRAY = b"["


class Ticket(NamedTuple):
    """An admission, and the place in the log up to which its rights had not changed."""

    admission: Admission
    cursor: Cursor


def lifetime() -> float:
    """For how many seconds after a session was looked at its tickets are good; 0: not at all.

    At most half of what a change without a signal may take to be found: the other half is until
    the connection, once it is admitted, is looked at.
    """
    return min(options.TICKET_SECONDS, options.REVALIDATE_SECONDS / 2)


def seal(admission: Admission, cursor: Cursor) -> str | None:
    """The ticket for an admission that was right at a cursor; None where there is none to give.

    Only who is signed in gets one: visitors have no session that it could be bound to. A ticket
    for what a ticket has admitted is not good for longer than that.
    """
    if admission.anonymous or not is_fresh(admission):
        return None
    values = (
        str(admission.user_id),
        admission.name,
        admission.is_staff,
        admission.session,
        admission.expires,
        sorted(admission.topics),
        admission.asked,
        admission.checked,
        str(cursor),
    )
    nonce = os.urandom(NONCE_BYTES)
    sealed = _boxes()[0].encrypt(nonce, _packed(orjson.dumps(values)), None)
    text = urlsafe_b64encode(nonce + sealed).decode()
    return text if len(text) <= LONGEST else None


def unseal(text: str, session_key: str | None, asked: Sequence[str]) -> Ticket | None:
    """The ticket in a text, if it is ours, fresh, and for this session and these topics."""
    if not session_key or len(text) > LONGEST:
        return None
    try:
        ticket = _read(_open(urlsafe_b64decode(text)))
    except (InvalidTag, ValueError, BadCursor, ValidationError):
        return None
    admission = ticket.admission
    right = (
        constant_time_compare(str(admission.session), session_digest(session_key))
        and admission.asked == tuple(asked)
        and is_fresh(admission)
    )
    return ticket if right else None


def is_fresh(admission: Admission) -> bool:
    """Whether the session of an admission was looked at within a ticket's lifetime."""
    now = time.time()
    ended = admission.expires is not None and admission.expires <= now
    return not ended and 0 <= now - admission.checked < lifetime()


def _packed(values: bytes) -> bytes:
    return values if len(values) <= LONGEST_PLAIN else zlib.compress(values)


def _open(sealed: bytes) -> bytes:
    """What was sealed with our secret key, or with one that it has replaced."""
    nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    boxes = _boxes()
    for box in boxes[:-1]:
        with suppress(InvalidTag):
            return box.decrypt(nonce, content, None)
    return boxes[-1].decrypt(nonce, content, None)


def _read(sealed: bytes) -> Ticket:
    values: Any = orjson.loads(sealed if sealed.startswith(ARRAY) else zlib.decompress(sealed))
    user_id, name, is_staff, session, expires, topics, asked, checked, cursor = values
    admission = Admission(
        user_id=get_user_model()._meta.pk.to_python(user_id),
        name=name,
        is_staff=is_staff,
        session=session,
        expires=expires,
        topics=frozenset(topics),
        asked=tuple(asked),
        checked=checked,
        by_ticket=True,
    )
    return Ticket(admission, Cursor.parse(cursor))


def _boxes() -> tuple[AESGCM, ...]:
    return _boxes_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _boxes_of(secrets: tuple[str, ...]) -> tuple[AESGCM, ...]:
    keys = (salted_hmac(SALT, "key", secret, algorithm="sha256").digest() for secret in secrets)
    return tuple(map(AESGCM, keys))
