"""A receipt as it goes over the wire and into a snapshot: one shape for both."""

from datetime import datetime
from typing import Any

from notifications.events import iso
from notifications.models import Receipt

TIMES = ("seen_at", "read_at", "done_at", "snoozed_until", "acknowledged_at")


def receipt_wire(receipt: Receipt | None) -> dict[str, Any] | None:
    """The whole state of a receipt, without whose and of what; null where there is none."""
    if receipt is None:
        return None
    times = {name: iso_or_none(getattr(receipt, name)) for name in TIMES}
    return {**times, "unread": receipt.unread}


def iso_or_none(moment: datetime | None) -> str | None:
    """A time as the wire has it, null where there is none."""
    return None if moment is None else iso(moment)
