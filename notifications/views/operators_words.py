"""What the operators' page shows, in words: the same for the template and the browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.formats import number_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.events import Entry
from notifications.models import Process
from notifications.operating.overview import Listing, Overview
from notifications.operating.tracing import Traced

TRANSPORTS = {
    "websocket": gettext_lazy("WebSocket"),
    "sse": gettext_lazy("Server-sent events"),
    "longpoll": gettext_lazy("Long polling"),
}
STATES = {
    "live": gettext_lazy("Live"),
    "behind": gettext_lazy("Catching up"),
    "in_doubt": gettext_lazy("Rights being checked"),
}
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def state(seen: Overview, problem: str = "") -> dict[str, Any]:
    """Everything: `shown` are words by the name of the cell that they stand in."""
    totals = seen.totals()
    listing = seen.connections
    rows = [] if listing is None else listing.rows
    return {
        "at": seen.at.isoformat(),
        "updated": _("Updated %s") % time_format(localtime(seen.at), "H:i:s"),
        "totals": {**totals, "shown": _totals(totals)},
        "processes": [_process(seen, each) for each in seen.processes],
        "failures": list(_failures(seen)),
        "connections": [_connection(each) for each in rows],
        "line": problem or _line(listing),
        "found": not problem,
    }


def trace(traced: Traced) -> dict[str, Any]:
    """Events without their data."""
    return {
        "cursor": str(traced.cursor),
        "topics": list(traced.topics),
        "events": [_event(each) for each in traced.entries],
    }


def _event(entry: Entry) -> dict[str, Any]:
    size = len(entry.data.encode())
    return {
        "id": str(entry.seq),
        "seq": entry.seq,
        "time": entry.time,
        "type": entry.type,
        "topics": list(entry.topics),
        "bytes": size,
        "internal": entry.internal,
        "shown": {
            "seq": number(entry.seq),
            "time": time_format(localtime(datetime.fromisoformat(entry.time)), "H:i:s"),
            "type": entry.type,
            "topics": ", ".join(entry.topics),
            "bytes": number(size),
        },
    }


def _totals(totals: dict[str, Any]) -> dict[str, str]:
    connections = totals["connections"]
    return {
        "processes": number(totals["processes"]),
        "connections": number(sum(connections.values())),
        **{name: number(connections[name]) for name in TRANSPORTS},
        "users": number(totals["users"]),
        "visitors": number(totals["visitors"]),
        "rooms": number(totals["rooms"]),
        "events": number(totals["events"]),
        "behind": number(totals["behind"]),
        "head": number(totals["head"]),
    }


def _process(seen: Overview, process: Process) -> dict[str, Any]:
    figures = process.figures
    ago = seen.seconds_ago(process.seen_at)
    silent = seen.silent(process)
    shown = {
        "name": process.name,
        "seen": _("silent for %s") % duration(ago) if silent else _("%s ago") % duration(ago),
        "started": duration(seen.seconds_ago(process.started_at)),
        **{name: number(figures.get("connections", {}).get(name)) for name in TRANSPORTS},
    }
    for name in ("users", "visitors", "catching_up", "events", "behind", "megabytes", "threads"):
        shown[name] = number(figures.get(name))
    return {
        "id": process.pk,
        "name": process.name,
        "layer": process.layer,
        "started_at": process.started_at.isoformat(),
        "seen_at": process.seen_at.isoformat(),
        "silent": silent,
        "figures": figures,
        "shown": shown,
    }


def _failures(seen: Overview) -> Iterator[dict[str, Any]]:
    """What failed, in the processes, the last first."""
    found = [
        (failure, process)
        for process in seen.processes
        for failure in process.figures.get("failures", [])
    ]
    for failure, process in sorted(found, key=lambda each: -each[0]["since"]):
        shown = {"process": process.name, "text": _failure(seen, failure)}
        yield {"id": f"{process.pk} {failure['since']} {failure['what']}", "shown": shown}


def _failure(seen: Overview, failure: dict[str, Any]) -> str:
    ago = duration(max(0.0, seen.at.timestamp() - failure["since"]))
    said = {"what": failure["what"], "error": failure["error"], "ago": ago}
    if failure["until"] is None:
        return _("%(what)s has failed for %(ago)s (%(error)s)") % said
    said["lasted"] = duration(failure["until"] - failure["since"])
    return _("%(what)s failed %(ago)s ago for %(lasted)s (%(error)s)") % said


def _connection(row: dict[str, Any]) -> dict[str, Any]:
    known = row["user"] is not None
    return {
        **row,
        "shown": {
            "who": row["name"] or (row["username"] if known else _("A visitor")),
            "username": row["username"],
            "transport": str(TRANSPORTS.get(row["transport"], row["transport"])),
            "state": str(STATES.get(row["state"], row["state"])),
            "lag": number(row["lag"]),
            "waiting": number(row["waiting"]),
            "since": duration(row["seconds"]),
            "topics": number(row["topics"]),
            "process": row["host"],
        },
    }


def _line(listing: Listing | None) -> str:
    if listing is None:
        return ""
    if not listing.complete:
        return _("Asking the processes. Their answers come within a few seconds.")
    if not listing.count:
        return _("Nobody is connected.")
    said = ngettext("%(count)s connection", "%(count)s connections", listing.count)
    text = said % {"count": number(listing.count)}
    if len(listing.rows) < listing.count:
        text += _("; the newest %s are shown") % number(len(listing.rows))
    return text


def number(value: float | None) -> str:
    """A number as it is written in the reader's language; a dash for none."""
    return "–" if value is None else str(number_format(value, force_grouping=True))


def duration(seconds: float) -> str:
    """A length of time in its largest unit."""
    for unit, letter in ((DAY, _("%s d")), (HOUR, _("%s h")), (MINUTE, _("%s min"))):
        if seconds >= unit:
            return letter % number(int(seconds // unit))
    return _("%s s") % number(int(seconds))
