"""Tell the other processes at once what was stamped: the only sender to the channel layer.

What goes out is a hint. The log is the truth, and every relay looks at it once a second anyway: so
a hint may be late, doubled or lost, and no publisher ever waits for one. A thread of its own holds
the layer's connections; what piles up while it sends goes out as one hint. Relays of the same
process take the signal `stamped` themselves and need no layer.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from channels.exceptions import InvalidChannelLayerError
from channels.layers import InMemoryChannelLayer, channel_layers, get_channel_layer
from django.dispatch import receiver

from notifications.conf import options
from notifications.events import Entry
from notifications.signals import stamped

logger = logging.getLogger(__name__)

HINT = "noticeboard.hint"
SIGNAL = "noticeboard.signal"

# Beyond either, relays read the log: that is cheaper than to carry it through the layer.
MOST_ENTRIES = 64
MOST_BYTES = 32 * 1024
# Signal events are at most once: while a layer hangs, the oldest of them are dropped.
MOST_SIGNALS = 1000
# What is told within so many seconds of the last sending goes out together.
TICK = 1 / 60
# Of all that goes out together, so much at a time: less than any layer takes.
MOST_TOGETHER = 256 * 1024

#: What one process tells another beside the log; made when it is sent.
Payload = Callable[[], Any]


def hint(entries: Sequence[Entry]) -> dict[str, Any]:
    """What relays get: the head, and the entries before it where they are few and small."""
    size = sum(len(entry.data) for entry in entries)
    carried = entries if len(entries) <= MOST_ENTRIES and size <= MOST_BYTES else ()
    return {
        "type": HINT,
        "head": str(entries[-1].cursor),
        "entries": [
            [each.seq, each.check, each.before, list(each.topics), each.type, each.time, each.data]
            for each in carried
        ],
    }


class Origin:
    """What tells this process from all others, from those that it was forked from too."""

    def __init__(self) -> None:
        self.renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.name = secrets.token_hex(4)


_origin = Origin()


def origin() -> str:
    """The name by which other processes know this one: 8 hexadecimal digits."""
    return _origin.name


def send_signal(key: Hashable, payload: Payload) -> None:
    """Pass a signal event to the relays of other processes. Never waits, never fails.

    Of equal keys only the newest is sent, of what waits for the next sending.
    """
    if _reaches_others():
        _sender.put_signal(key, payload)


def together(payloads: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """What relays get: signal events in their order, in as few pieces as are not too large."""
    start = size = 0
    for place, payload in enumerate(payloads):
        weight = len(str(payload))
        if place > start and size + weight > MOST_TOGETHER:
            yield {"type": SIGNAL, "origin": origin(), "signals": list(payloads[start:place])}
            start, size = place, 0
        size += weight
    if start < len(payloads):
        yield {"type": SIGNAL, "origin": origin(), "signals": list(payloads[start:])}


def flush() -> None:
    """Wait until all is sent, at most `BROADCAST_TIMEOUT`: for a process that is about to end."""
    _sender.flush(options.BROADCAST_TIMEOUT)


class Sender:
    """The thread that sends. It is started by the first thing to send, again after a fork."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._entries: list[Entry] = []
        self._signals: dict[Hashable, Payload] = {}
        # When the next signal events may go out.
        self._signals_at = 0.0
        self._sending = False
        self._failing = False
        self._layer: Any = None
        self._config: Any = None

    def put_entries(self, entries: Sequence[Entry]) -> None:
        with self._changed:
            # Only whether there are too many to carry matters then, and which is the last.
            self._entries = [*self._entries, *entries][-MOST_ENTRIES - 1 :]
            self._wake()

    def put_signal(self, key: Hashable, payload: Payload) -> None:
        with self._changed:
            first = not self._signals
            # To the end: what one page tells stays in its order.
            self._signals.pop(key, None)
            self._signals[key] = payload
            if len(self._signals) > MOST_SIGNALS:
                del self._signals[next(iter(self._signals))]
            self._wake(news=first)

    def flush(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(self._is_idle, timeout=seconds)

    def _is_idle(self) -> bool:
        return not (self._entries or self._signals or self._sending)

    def _wake(self, news: bool = True) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._sending = False
            self._thread = threading.Thread(
                target=self._run, name="noticeboard-broadcast", daemon=True
            )
            self._thread.start()
        elif news:
            self._changed.notify_all()

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        while True:
            loop.run_until_complete(self._send_all(self._take()))

    def _take(self) -> list[dict[str, Any]]:
        with self._changed:
            self._sending = False
            self._changed.notify_all()
            while not (self._entries or self._signals_due()):
                self._changed.wait(self._pause())
            self._sending = True
            entries, self._entries = self._entries, []
            signals: list[Payload] = []
            if self._signals_due():
                signals = list(self._signals.values())
                self._signals.clear()
                # A tick after these were due: else there were fewer than there are ticks.
                self._signals_at = max(self._signals_at, time.monotonic() - TICK) + TICK
        waiting = [hint(entries)] if entries else []
        return [*waiting, *together([payload() for payload in signals])]

    def _signals_due(self) -> bool:
        return bool(self._signals) and time.monotonic() >= self._signals_at

    def _pause(self) -> float | None:
        """Until the signal events that wait are due; None: until there is something."""
        return max(0.0, self._signals_at - time.monotonic()) if self._signals else None

    async def _send_all(self, waiting: Sequence[dict[str, Any]]) -> None:
        try:
            async with asyncio.timeout(options.BROADCAST_TIMEOUT):
                for each in waiting:
                    await self._own_layer().group_send(options.LAYER_GROUP, each)
        except Exception as error:
            # Once for each outage, not once for each event of it.
            level = logging.DEBUG if self._failing else logging.WARNING
            logger.log(level, "The channel layer is silent (%r): relays read the log.", error)
            self._failing = True
        else:
            self._failing = False

    def _own_layer(self) -> Any:
        """A layer of this thread alone: its connections belong to this loop."""
        config = channel_layers.configs[options.LAYER]
        if config != self._config:
            self._layer, self._config = channel_layers.make_backend(options.LAYER), config
        return self._layer


def _reaches_others() -> bool:
    """Whether the channel layer goes beyond this process."""
    try:
        layer = get_channel_layer(options.LAYER)
    except InvalidChannelLayerError:
        return False
    return layer is not None and not isinstance(layer, InMemoryChannelLayer)


_sender = Sender()
atexit.register(flush)


@receiver(stamped, dispatch_uid="noticeboard.broadcast")
def broadcast(entries: Sequence[Entry], **kwargs: Any) -> None:
    if entries and _reaches_others():
        _sender.put_entries(entries)
