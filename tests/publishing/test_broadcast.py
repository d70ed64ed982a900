"""Broadcast: hints reach other processes at once, and cost the publisher nothing."""

import asyncio
import logging
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.conf import LazySettings

from notifications import broadcast, log, notify, notify_many
from notifications.events import Entry
from tests.support.services import Valkey, new_valkey

DEADLINE = 30


def entry(seq: int, data: str = "{}") -> Entry:
    return Entry(seq, "c" * 8, "b" * 8, ("all", "user.1"), "order.changed", "t", data)


BACKENDS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}


def layers(url: str, backend: str = "pubsub") -> dict[str, Any]:
    host = {"address": url, "socket_timeout": 15}
    return {"default": {"BACKEND": BACKENDS[backend], "CONFIG": {"hosts": [host]}}}


@pytest.fixture(params=BACKENDS)
def redis_layer(request: pytest.FixtureRequest, valkey: Valkey, settings: Any) -> Iterator[None]:
    settings.CHANNEL_LAYERS = layers(valkey.connection_url, request.param)
    yield
    broadcast.flush()


class OtherProcess:
    """What a relay elsewhere does with the layer, on a loop of its own."""

    async def join(self) -> None:
        self.layer = channel_layers.make_backend("default")
        self.channel = await self.layer.new_channel()
        await self.layer.group_add("noticeboard", self.channel)

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(DEADLINE):
            return dict(await self.layer.receive(self.channel))

    async def leave(self) -> None:
        await self.layer.flush()
        if hasattr(self.layer, "close_pools"):
            await self.layer.close_pools()


@pytest.mark.django_db(transaction=True)
async def test_what_is_stamped_reaches_other_processes(redis_layer: None) -> None:
    other = OtherProcess()
    await other.join()
    await sync_to_async(notify)("Hello", to="all")
    hint = await other.receive()
    await other.leave()
    (stamped,) = await sync_to_async(log.read)(0, 10)
    assert hint["type"] == "noticeboard.hint"
    assert hint["head"] == str(stamped.cursor)
    (carried,) = hint["entries"]
    seq, check, before, topics, type, moment, data = carried
    assert Entry(seq, check, before, tuple(topics), type, moment, data) == stamped


@pytest.mark.django_db(transaction=True)
async def test_of_thousands_only_the_head_is_told(redis_layer: None) -> None:
    other = OtherProcess()
    await other.join()
    await sync_to_async(notify_many)({"title": f"{n}", "to": "all"} for n in range(200))
    hint = await other.receive()
    await other.leave()
    assert hint["entries"] == []
    head = await sync_to_async(log.head)()
    assert hint["head"] == str(head.cursor)


async def test_a_signal_event_reaches_other_processes(redis_layer: None) -> None:
    other = OtherProcess()
    await other.join()
    broadcast.send_signal("a key", lambda: ["room.ops", "…"])
    signal = await other.receive()
    await other.leave()
    assert signal == {
        "type": "noticeboard.signal",
        "origin": broadcast.origin(),
        "signals": [["room.ops", "…"]],
    }


async def test_what_is_told_within_a_tick_goes_out_together(
    redis_layer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough that a slow machine says all of it within one.
    monkeypatch.setattr(broadcast, "TICK", 2.0)
    other = OtherProcess()
    await other.join()
    broadcast.send_signal("before", lambda: "before")
    assert (await other.receive())["signals"] == ["before"]
    for number in range(100):
        broadcast.send_signal(("pointer", number % 2), partial(str, f"pointer {number}"))
        broadcast.send_signal(("typing", number), partial(str, f"typing {number}"))
    signals = (await other.receive())["signals"]
    await other.leave()
    assert [each for each in signals if "pointer" in each] == ["pointer 98", "pointer 99"]
    assert [each for each in signals if "typing" in each] == [f"typing {n}" for n in range(100)]


def test_what_goes_out_together_is_cut_into_pieces() -> None:
    large = "x" * (broadcast.MOST_TOGETHER // 2 - 100)
    pieces = [each["signals"] for each in broadcast.together([large, "a", large, large, "b"])]
    assert len(pieces) == 2
    assert [each for piece in pieces for each in piece] == [large, "a", large, large, "b"]
    assert all(len(str(piece)) <= broadcast.MOST_TOGETHER for piece in pieces)
    assert list(broadcast.together([])) == []


def test_while_the_layer_hangs_the_oldest_are_dropped() -> None:
    sender = broadcast.Sender()
    sender._wake = lambda news=True: None  # type: ignore[method-assign]
    for number in range(broadcast.MOST_SIGNALS + 10):
        sender.put_signal(number, lambda: None)
    assert list(sender._signals) == list(range(10, broadcast.MOST_SIGNALS + 10))


def test_a_hint_carries_little() -> None:
    assert len(broadcast.hint([entry(1), entry(2)])["entries"]) == 2
    assert broadcast.hint([entry(n) for n in range(1, 66)])["entries"] == []
    assert broadcast.hint([entry(1, "x" * 40_000)]) == {
        "type": "noticeboard.hint",
        "head": f"1.{'c' * 8}",
        "entries": [],
    }


def test_what_piles_up_stays_small() -> None:
    sender = broadcast.Sender()
    sender._wake = lambda news=True: None  # type: ignore[method-assign]
    for start in range(0, 10_000, 100):
        sender.put_entries([entry(start + n) for n in range(1, 101)])
    assert len(sender._entries) <= broadcast.MOST_ENTRIES + 1
    assert broadcast.hint(sender._entries)["entries"] == []
    assert broadcast.hint(sender._entries)["head"].startswith("10000.")


@pytest.mark.django_db(transaction=True)
def test_a_layer_within_the_process_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = broadcast.Sender()
    monkeypatch.setattr(broadcast, "_sender", sender)
    notify("Hello", to="all")
    broadcast.send_signal("a key", dict)
    assert sender._thread is None


@pytest.mark.django_db(transaction=True)
def test_a_dead_layer_costs_the_publisher_nothing(
    settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    dead = new_valkey()
    settings.CHANNEL_LAYERS = layers(dead.connection_url)
    dead.stop()
    with caplog.at_level(logging.CRITICAL):
        assert notify("Hello", to="all").addresses.get().position
        began = time.monotonic()
        broadcast.flush()
    # The bound is half a second; the rest is what a loaded machine may add.
    assert time.monotonic() - began < 5


@pytest.mark.django_db(transaction=True)
def test_no_layer_at_all_is_fine(settings: LazySettings) -> None:
    settings.CHANNEL_LAYERS = {}
    assert notify("Hello", to="all").addresses.get().position
