"""A process of its own that writes to a site's database, as another service would.

Reads one JSON request a line, `{"do": name, "args": {…}}`; answers `{"ok": …}` or `{"error": …}`.
"""

# The models can be imported only after the set-up.
# ruff: noqa: E402

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.support.site_settings")

import django

django.setup()

from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    signals,
)
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import close_old_connections, connections, transaction
from django.utils import timezone

from notifications import following, inbox, log, preferences, publishing, rights, signaling
from notifications.cursor import Cursor
from notifications.models import Event, Membership, Notification, Outcome, Receipt, Room
from tests.support import offers
from tests.support.settled import settled_head

# Imported for what it registers.
assert offers

User = get_user_model()
MOST_POOLED = 10
requests: dict[str, Callable[..., Any]] = {}


def request(function: Callable[..., Any]) -> Callable[..., Any]:
    requests[function.__name__] = function
    return function


class RolledBack(Exception):
    """What a writer raises to take its transaction back."""


@request
def people(prefix: str) -> dict[str, Any]:
    """alice and bob share a team and a den; charlie is outside both. The lobby is public."""
    users = {
        name: User.objects.create_user(
            f"{prefix}-{name}",
            email=f"{name}@example.org",
            first_name=name.title(),
            last_name="Example",
        )
        for name in ("alice", "bob", "charlie")
    }
    team = Group.objects.create(name=f"{prefix}-team")
    team.user_set.add(users["alice"], users["bob"])
    lobby = Room.objects.create(
        slug=f"{prefix}-lobby", name="Lobby", is_public=True, anonymous_posts=True
    )
    den = Room.objects.create(slug=f"{prefix}-den", name="Den", is_public=False, notify="all")
    for room in (lobby, den):
        for name in ("alice", "bob"):
            Membership.objects.create(room=room, user=users[name])
    return {
        **{name: user.username for name, user in users.items()},
        **{f"{name}_topic": f"user.{user.pk}" for name, user in users.items()},
        "team": f"group.{team.pk}",
        "team_name": team.name,
        "lobby": lobby.slug,
        "den": den.slug,
    }


@request
def session(username: str, seconds: int | None = None) -> str:
    user = User.objects.get(username=username)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if seconds is not None:
        store.set_expiry(seconds)
    store.create()
    return str(store.session_key)


@request
def sign_out(session_key: str) -> None:
    """What Django's log-out view does to a session, without a request."""
    store = SessionStore(session_key)
    user = User.objects.get(pk=store[SESSION_KEY])

    class Request:
        session = store

    signals.user_logged_out.send(sender=User, request=Request(), user=user)
    store.flush()


@request
def silently_end(session_key: str) -> None:
    """End a session so that no signal tells of it."""
    Session.objects.filter(session_key=session_key).delete()


@request
def prefer(username: str, **wanted: Any) -> None:
    preferences.change(User.objects.get(username=username), wanted)


@request
def notify(**fields: Any) -> int:
    for name in ("at", "expires"):
        if fields.get(name) is not None:
            fields[name] = timezone.now() + timedelta(seconds=fields[name])
    return int(publishing.notify(**fields).pk)


@request
def wake(username: str) -> None:
    """Let the snoozes of a reader end now, as if the time had passed; no page is told."""
    receipts = Receipt.objects.filter(user__username=username, snoozed_until__isnull=False)
    receipts.update(snoozed_until=timezone.now())


@request
def outcomes(id: int) -> list[str]:
    """What the readers of a notification have done with its actions."""
    rows = Outcome.objects.filter(notification_id=id).order_by("pk")
    return [f"{row.do}: {row.said}" for row in rows]


@request
def notify_many(count: int, to: list[str], title: str) -> list[int]:
    rows = [{"title": f"{title} {number}", "to": to} for number in range(count)]
    return [notification.pk for notification in publishing.notify_many(rows)]


@request
def schedule(count: int, to: list[str], title: str, seconds: float) -> None:
    """Write many that are due at one moment; those who publish what is due do the rest."""
    at = timezone.now() + timedelta(seconds=seconds)
    publishing.notify_many(
        {"title": f"{title} {number}", "to": to, "at": at} for number in range(count)
    )


@request
def retract(id: int) -> bool:
    return publishing.retract(id)


@request
def edit(id: int, **fields: Any) -> None:
    publishing.edit(Notification.objects.get(pk=id), **fields)


@request
def set_audience(id: int, topics: list[str]) -> None:
    publishing.set_audience(Notification.objects.get(pk=id), topics)


@request
def post(room: str, text: str, username: str) -> int:
    user = User.objects.get(username=username)
    return int(publishing.post(Room.objects.get(slug=room), text, user=user).pk)


@request
def follow(to: str, key: str, text: str) -> bool:
    return following.tell(to, text, key=key) is not None


@request
def unfollow(to: str, key: str) -> bool:
    return following.remove(to, key=key)


@request
def texts(username: str) -> list[dict[str, Any]]:
    found = following.texts(User.objects.get(username=username))
    return list(found["texts"])


@request
def told_texts(after: str) -> list[dict[str, Any]]:
    """What the log has told of followed texts since a cursor."""
    log.stamp()
    entries = log.after(Cursor.parse(after), limit=10_000)
    return [json.loads(entry.data) for entry in entries if entry.type == "text.changed"]


@request
def signal(type: str, data: dict[str, Any], to: str) -> str:
    return signaling.send_signal(type, data, to=to)


@request
def join_team(username: str, team: str) -> None:
    Group.objects.get(name=team).user_set.add(User.objects.get(username=username))


@request
def leave_team(username: str, team: str) -> None:
    Group.objects.get(name=team).user_set.remove(User.objects.get(username=username))


@request
def make_staff(username: str, root: bool = False) -> None:
    User.objects.filter(username=username).update(is_staff=True, is_superuser=root)


@request
def make_operator(username: str) -> None:
    """One who may see the operators' page and disconnect people there."""
    make_staff(username)
    may = Permission.objects.filter(codename__in=["view_process", "disconnect"])
    User.objects.get(username=username).user_permissions.set(may)


@request
def deactivate(username: str) -> None:
    user = User.objects.get(username=username)
    user.is_active = False
    user.save()


@request
def new_password(username: str) -> None:
    user = User.objects.get(username=username)
    user.set_password("another one")
    user.save()


@request
def act(username: str, do: str, **fields: Any) -> dict[str, Any]:
    if "cursor" in fields:
        fields["cursor"] = Cursor.parse(fields["cursor"])
    return getattr(inbox, do)(User.objects.get(username=username), **fields)


@request
def snapshot(username: str) -> dict[str, Any]:
    return inbox.snapshot(User.objects.get(username=username))


@request
def head() -> str:
    return str(settled_head())


@request
def expected(username: str | None, after: str, asked: list[str] | None = None) -> list[str]:
    """The cursors that a reader of these rights has to have been told since `after`.

    Read from the rows, not by the code under test.
    """
    if username is None:
        topics = rights.admit(None, tuple(asked or ())).topics
    else:
        user = User.objects.get(username=username)
        topics = rights.topics_of(user) | {
            topic for topic in asked or () if rights.may_read(user, topic)
        }
    log.stamp()
    position = int(after.split(".")[0])
    told = Event.objects.filter(seq__gt=position).exclude(type="rights.changed").order_by("seq")
    return [f"{event.seq}.{event.tag}" for event in told if topics & set(event.topic_names)]


@request
def prune_events() -> None:
    """Drop every event that may be dropped, as if a month had passed."""
    log.prune(before=timezone.now() + timedelta(days=1))


@request
def storm(
    writers: int, each: int, to: list[str], title: str, rollback: float, pause: float, seed: int
) -> dict[str, Any]:
    """Many threads publish at once; some take it back. The titles of each outcome, and seconds."""
    kept: list[str] = []
    undone: list[str] = []
    failed: list[str] = []
    took: list[float] = []

    def write(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        for turn in range(each):
            name = f"{title} w{number}-{turn}"
            began = time.monotonic()
            try:
                with transaction.atomic():
                    publishing.notify(name, to=to)
                    time.sleep(chance.random() * pause)
                    if chance.random() < rollback:
                        raise RolledBack
                kept.append(name)
            except RolledBack:
                undone.append(name)
            except Exception as error:
                # Whether it was committed is unknown here: it is neither kept nor undone.
                failed.append(f"{name}: {error!r}")
            took.append(time.monotonic() - began)
        close_old_connections()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p99 = sorted(took)[int(len(took) * 0.99) - 1]
    return {"kept": kept, "undone": undone, "failed": failed, "p99": round(p99, 3)}


def _connect_again() -> None:
    """Let go of connections that a restart of the database has killed, of a pool all of them."""
    connection = connections["default"]
    for _ in range(MOST_POOLED):
        connection.ensure_connection()
        if connection.is_usable():
            return
        connection.close()


def main() -> None:
    print(json.dumps({"ok": "ready"}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            _connect_again()
            answer = {"ok": requests[asked["do"]](**asked["args"])}
        except Exception as error:
            answer = {"error": repr(error)}
        close_old_connections()
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()
