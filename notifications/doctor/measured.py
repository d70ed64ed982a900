"""What was seen through the address that people use: by a browser, or by the command.

Both send the same fields, so that both are judged by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from notifications.errors import BadRequest

#: No header of a policy and no list of ticks is longer.
MOST_CHARACTERS = 8_192
MOST_TICKS = 20
MOST_NUMBER = 1e7


@dataclass(frozen=True, slots=True)
class Measured:
    """None: not measured. Times are in milliseconds, pauses in seconds.

    * ``secure``: whether a browser takes the address for a secure context;
    * ``ticks_status``: HTTP status of the ticks, 0 where nobody answers;
    * ``ticks``: when each tick came, counted from the request;
    * ``upgrade_status``: HTTP status of the handshake of a WebSocket, 101 where it opened, 0 where
      it did not and more is not known, as in a browser;
    * ``upgrade_code``: the code it was closed with, if it was at once;
    * ``stream_silent``, ``socket_silent``: how long a connection lived on which nothing was sent;
      ``idle_wanted``: how long it should have;
    * ``module_status``, ``module_type``: of the first module that the import map leads to;
    * ``policy``: the Content-Security-Policy of a page, "" where it has none.
    """

    secure: bool | None = None
    ticks_status: int | None = None
    ticks: tuple[float, ...] | None = None
    upgrade_status: int | None = None
    upgrade_code: int | None = None
    idle_wanted: float | None = None
    stream_silent: float | None = None
    socket_silent: float | None = None
    module_status: int | None = None
    module_type: str | None = None
    policy: str | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Measured:
        """What a browser has sent; raises ``unknown_field`` and ``wrong_type``."""
        kinds = {each.name: str(each.type).partition(" |")[0] for each in fields(cls)}
        if unknown := set(told) - set(kinds):
            raise BadRequest(", ".join(sorted(unknown)), code="unknown_field")
        return cls(**{name: _value(kinds[name], value) for name, value in told.items()})


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "str" and isinstance(value, str) and len(value) <= MOST_CHARACTERS:
        return value
    if kind == "int" and _number(value) and int(value) == value:
        return int(value)
    if kind == "float" and _number(value):
        return float(value)
    if kind.startswith("tuple") and isinstance(value, list) and all(map(_number, value)):
        return tuple(float(each) for each in value[:MOST_TICKS])
    raise BadRequest(code="wrong_type")


def _number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value <= MOST_NUMBER
