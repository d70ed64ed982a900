"""A receipt as it goes over the wire and into a snapshot: one shape for both."""

from typing import Any

from notifications.items import iso
from notifications.models import Receipt

TIMES = ("seen_at", "read_at", "done_at", "snoozed_until", "acknowledged_at")


def receipt_wire(receipt: Receipt | None) -> dict[str, Any] | None:
    """The whole state of a receipt, without whose and of what; null where there is none."""
    if receipt is None:
        return None
    times = {name: iso(getattr(receipt, name)) for name in TIMES}
    return {**times, "unread": receipt.unread}
