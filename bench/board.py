"""A program for the benches: a server that also publishes, or a publisher beside one.

    python -m bench.board serve PORT [READERS]
    python -m bench.board publish

It makes READERS users and prints one JSON line with their session keys; then every line of its
input is published to everyone, as a notification whose title is the time of the call.
"""

from __future__ import annotations

import json
import sys
import threading
import time

import django
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sessions(count: int) -> list[str]:
    """The session keys of so many users, who have no password."""
    users = get_user_model().objects
    made = [users.create_user(f"reader-{number}") for number in range(count)]
    return [_session(user) for user in made]


def _session(user: object) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    store.create()
    return str(store.session_key)


def publish_each_line() -> None:
    """Publish once for every line of the input."""
    from notifications import notify

    for _line in sys.stdin:
        # One clock for all processes of the machine.
        notify(str(time.monotonic_ns()), to="all")


def serve(port: int) -> None:
    """Serve until the process is told to stop."""
    from notifications.routing import application
    from notifications.server import Server

    Server(application, endpoints=[f"tcp:port={port}:interface=127.0.0.1"]).run()


def main(do: str, *words: str) -> None:
    """See the module."""
    django.setup()
    if do == "publish":
        print("{}", flush=True)
        publish_each_line()
        return
    port, readers = int(words[0]), int(words[1]) if len(words) > 1 else 0
    print(json.dumps({"sessions": sessions(readers)}), flush=True)
    threading.Thread(target=publish_each_line, daemon=True).start()
    serve(port)


if __name__ == "__main__":
    main(*sys.argv[1:])
