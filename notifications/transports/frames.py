"""Control frames and error answers as JSON; the same words on every transport."""

from __future__ import annotations

from typing import Any

import orjson

from notifications.errors import NoticeboardError
from notifications.relay import Control

#: Reason of the reset that answers a cursor which nobody can read.
UNREADABLE = "unreadable"


def control_fields(frame: Control) -> dict[str, Any]:
    """The fields of a control frame, the cursor as text."""
    return {"cursor": str(frame.cursor), **frame.fields}


def error_fields(error: NoticeboardError) -> dict[str, Any]:
    """``code`` and ``detail``, and the seconds to wait where there is something to wait for."""
    fields: dict[str, Any] = {"code": error.code, "detail": error.detail}
    if error.retry_after is not None:
        fields["retry_after"] = error.retry_after
    return fields


def dumps(value: Any) -> bytes:
    """Compact JSON."""
    return orjson.dumps(value)
