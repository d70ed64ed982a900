"""The rows of the server processes: each writes its own, everybody reads all of them."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connections as databases
from django.db import transaction
from django.db.models.functions import Now

from notifications.conf import options
from notifications.models import Process
from notifications.models.clock import now

#: One that has written nothing for so long does not count as running ...
LIVE_SECONDS = 15.0
#: ... and after this its row is deleted.
GONE_SECONDS = 60.0


def _layer() -> str:
    layers = getattr(settings, "CHANNEL_LAYERS", {})
    return str(layers.get(options.LAYER, {}).get("BACKEND", ""))


@dataclass(frozen=True, slots=True)
class Identity:
    """What does not change while a process runs."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    host: str = field(default_factory=lambda: socket.gethostname()[:100])
    pid: int = field(default_factory=os.getpid)
    layer: str = field(default_factory=lambda: _layer()[:100])


def write(
    identity: Identity,
    figures: Mapping[str, Any],
    connections: Mapping[str, Any] | None = None,
) -> None:
    """Say that a process runs, with its figures; None leaves the connections as they are."""
    changed: dict[str, Any] = {"figures": figures}
    if connections is not None:
        changed["connections"] = connections
    with transaction.atomic(using=options.DATABASE):
        _need_no_disk()
        _write(identity, changed)


def _need_no_disk() -> None:
    # After a crash of the database nobody needs the row, and publishers wait for the same disk.
    connection = databases[options.DATABASE]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO OFF")


def _write(identity: Identity, changed: dict[str, Any]) -> None:
    if not Process.objects.filter(pk=identity.id).update(seen_at=Now(), **changed):
        Process.objects.create(
            id=identity.id, host=identity.host, pid=identity.pid, layer=identity.layer, **changed
        )
        forget_gone()


def live() -> list[Process]:
    """The processes that run now, oldest first, without the lists of their connections."""
    since = now() - timedelta(seconds=LIVE_SECONDS)
    rows = Process.objects.filter(seen_at__gt=since).defer("connections")
    return list(rows.order_by("started_at", "id"))


def end(identity: Identity) -> None:
    """A process stops, and its row goes."""
    Process.objects.filter(pk=identity.id).delete()


def forget_gone() -> None:
    """Delete the rows of processes that have ended without a word."""
    Process.objects.filter(seen_at__lt=now() - timedelta(seconds=GONE_SECONDS)).delete()
