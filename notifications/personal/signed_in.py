"""The sessions of one person, in stores whose sessions are rows.

A row does not say whose it is: each is unpacked. Other stores cannot be looked through; what they
hold of somebody who is gone opens nothing any more, and ends by itself.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

CHUNK = 2_000


def sessions_of(user: Any) -> Iterator[Any]:
    """The stores of the sessions in which a user is signed in, with ``expires`` in each."""
    store_class = import_module(settings.SESSION_ENGINE).SessionStore
    if not issubclass(store_class, db.SessionStore):
        return
    wanted = str(user.pk)
    live = store_class().model.objects.filter(expire_date__gt=timezone.now()).order_by("pk")
    rows = live.values_list("session_key", "session_data", "expire_date")
    for key, packed, expires in rows.iterator(chunk_size=CHUNK):
        if str(store_class().decode(packed).get(SESSION_KEY)) == wanted:
            store = store_class(key)
            store.expires = expires
            yield store


def sign_out(user: Any) -> int:
    """End all sessions of a user; returns how many there were."""
    found = list(sessions_of(user))
    for store in found:
        store.delete()
    return len(found)
