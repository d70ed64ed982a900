"""The process that publishes to the site under test, and makes its readers.

An order is a line of JSON, ``[name, {arguments}]``; so is its answer.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from bench.load.transport import MARK  # noqa: E402
from notifications import log, notify, notify_many  # noqa: E402
from notifications.topics import user_topic  # noqa: E402

BACKEND = "django.contrib.auth.backends.ModelBackend"
TITLE = MARK.decode() + " the deployment of the shop is through"


def publish(count: int) -> int:
    """Publish so many to everyone, more than one in one go; when that began, in ns."""
    began = time.time_ns()
    if count == 1:
        notify(TITLE, to="all")
    else:
        notify_many([{"title": TITLE, "to": "all"} for _ in range(count)])
    return began


def publish_to(user: int) -> int:
    """Publish one to the person with this place among the readers; when that began, in ns."""
    began = time.time_ns()
    notify(TITLE, to=user_topic(get_user_model().objects.order_by("pk")[user].pk))
    return began


def cursor() -> str:
    """Where the log stands."""
    return str(log.head().cursor)


def wire() -> str:
    """The newest event as every reader gets it."""
    return log.read(log.head().cursor.seq - 1, 1)[0].wire().decode()


def readers(count: int) -> list[str]:
    """Make so many users who have a session; the keys."""
    users = get_user_model()
    made = [users(username=f"reader-{number}", password="!") for number in range(count)]
    users.objects.bulk_create(made, batch_size=500)
    found = list(users.objects.order_by("pk"))
    store = SessionStore()
    until = now() + timedelta(days=1)
    sessions = [
        Session(
            session_key=f"bench{user.pk:027d}", session_data=store.encode(_data(user)),
            expire_date=until,
        )
        for user in found
    ]  # fmt: skip
    Session.objects.bulk_create(sessions, batch_size=500)
    return [each.session_key for each in sessions]


def _data(user: Any) -> dict[str, str]:
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }


ORDERS = {each.__name__: each for each in (publish, publish_to, cursor, wire, readers)}


def main() -> None:
    """Obey until the input ends."""
    print("{}", flush=True)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(ORDERS[name](**arguments)), flush=True)


if __name__ == "__main__":
    main()
