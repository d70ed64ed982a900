"""The relay: follows the log and hands each event to the connections that want it.

A transport makes a ``Connection`` around its socket, joins it to the relay of the running loop
and leaves when the socket is gone; the polls ask ``poll`` for what lies after their cursor.
"""

from notifications.relay.answer import Answer, Hearing
from notifications.relay.connection import (
    COME_BACK,
    RESTART,
    SIGNED_OUT,
    TOO_SLOW,
    Connection,
    Control,
    Sink,
    Straight,
)
from notifications.relay.encoding import ENCODINGS, Encoding, text_frame
from notifications.relay.hearing import Heard
from notifications.relay.running import Relay, current

__all__ = [
    "COME_BACK",
    "ENCODINGS",
    "RESTART",
    "SIGNED_OUT",
    "TOO_SLOW",
    "Answer",
    "Connection",
    "Control",
    "Encoding",
    "Heard",
    "Hearing",
    "Relay",
    "Sink",
    "Straight",
    "current",
    "text_frame",
]
