"""Who was told to wait is refused until that time, at that address."""

from __future__ import annotations

from notifications.transports import told as module
from notifications.transports.told import Told
from tests.transports.test_limits import Clock


def test_it_holds_for_one_session_and_address_until_its_time() -> None:
    clock = Clock()
    told = Told(clock)
    assert not told
    told.note("a", "/api/inbox/read/", 3)
    assert told
    clock.now += 1
    assert told.left("a", "/api/inbox/read/") == 2
    assert told.left("a", "/api/inbox/done/") == 0
    assert told.left("b", "/api/inbox/read/") == 0
    clock.now += 2
    assert told.left("a", "/api/inbox/read/") == 0
    assert not told


def test_it_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    clock = Clock()
    told = Told(clock)
    for number in range(5):
        told.note(str(number), "/", 10)
    assert [told.left(str(number), "/") > 0 for number in range(5)] == [True] * 3 + [False] * 2
    clock.now += 10
    told.note("late", "/", 10)
    assert told.left("late", "/") == 10
