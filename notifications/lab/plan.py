"""What a run is asked to be: how much, how long, and over what kind of network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from notifications.errors import BadRequest

#: Name → the types, the least and the most.
LIMITS: dict[str, tuple[tuple[type, ...], float, float]] = {
    "rate": ((int, float), 0.2, 20),
    "payload": ((int,), 0, 4096),
    "seconds": ((int, float), 1, 120),
    "poll_seconds": ((int, float), 0.5, 30),
    # A client gives an attempt up after 3 s, and the first long poll waits for 1 s of them.
    "latency": ((int, float), 0, 1000),
    "jitter": ((int, float), 0, 500),
    "drop": ((int, float), 0, 20),
    "compression": ((bool,), False, True),
}
#: The network as it is.
PLAIN = {"latency": 0, "jitter": 0, "drop": 0, "compression": False}


@dataclass(frozen=True, slots=True)
class Plan:
    """Events per second, bytes of filler in each, how long, how often the polling asks.

    What the server makes of the network: ``latency`` and up to ``jitter`` in ms before anything
    is handed over, the chance ``drop`` in percent that a connection is cut instead of telling an
    event, and whether what is told is compressed.
    """

    rate: float
    payload: int
    seconds: float
    poll_seconds: float
    latency: float = 0
    jitter: float = 0
    drop: float = 0
    compression: bool = False

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Plan:
        """Check what a page asks for; raises ``bad_request`` and its kin."""
        if fields.keys() - LIMITS.keys():
            raise BadRequest(code="unknown_field")
        fields = PLAIN | fields
        for name, (kinds, least, most) in LIMITS.items():
            value: Any = fields.get(name)
            if type(value) not in kinds:
                raise BadRequest(code="wrong_type")
            if not least <= value <= most:
                text = _("%(name)s must be from %(least)s to %(most)s.")
                raise BadRequest(text % {"name": name, "least": least, "most": most})
        return cls(**fields)

    @property
    def events(self) -> int:
        """How many events that makes."""
        return max(1, round(self.rate * self.seconds))
