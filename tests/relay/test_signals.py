"""Signal events in one process: one write a tick, the newest of each sender, to each page once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from notifications import broadcast
from notifications.relay import ENCODINGS, Connection, Control, Heard
from notifications.relay import signals as relay_signals
from notifications.relay.connection import State
from notifications.relay.index import Index
from notifications.relay.signals import Signals
from notifications.relay.unlogged import Unlogged
from notifications.rights import Admission
from notifications.signaling import CALL, POINTER, TYPING, SignalEvent
from tests.relay.pages import until

LOBBY, DEN = "room.lobby", "room.den"
HERE, THERE = "aaaaaaaa", "bbbbbbbb"


class Page:
    """An open page; ``writes`` are what it was given at a time, as ids."""

    def __init__(self, *topics: str, encoding: str = "websocket") -> None:
        admission = Admission(7, "Alice", False, None, None, frozenset(topics))
        self.connection = Connection(admission, ENCODINGS[encoding], self)
        self.connection.state = State.LIVE
        self.writes: list[list[str]] = []
        self.stuck = 0

    def write(self, payload: bytes, entries: Sequence[object]) -> int:
        raise AssertionError("nothing here is logged")

    def signal(self, payload: bytes, signals: Sequence[SignalEvent]) -> None:
        encoding = self.connection.encoding
        assert payload == b"".join(encoding.signal(each.wire) for each in signals)
        self.writes.append([each.id for each in signals])

    def control(self, frame: Control) -> None: ...

    def waiting(self) -> int:
        return self.stuck

    def close(self, code: int, reason: str, come_back: bool, after_ms: int) -> None: ...


class Told:
    """Signal events under a relay's eyes, with its pages."""

    def __init__(self) -> None:
        self.index = Index()
        self.calls: list[str] = []
        self.signals = Signals(self.index, lambda _page, each: self.calls.append(each.id))
        self.at = 0

    def page(self, *topics: str, encoding: str = "websocket") -> Page:
        page = Page(*topics, encoding=encoding)
        self.index.add(page.connection)
        return page

    def tell(self, id: str, to: str = LOBBY, type: str = TYPING, **more: str) -> SignalEvent:
        self.at += 1
        wire = b'{"id":"%b"}' % id.encode()
        signal = SignalEvent(id, self.at, to, type, wire, **{"origin": HERE, **more})
        self.signals.hear(signal)
        return signal

    def polled(self, since: Heard | None, *topics: str) -> list[str]:
        return [each.id for each in self.signals.after(since, topics, "client")]


@pytest.fixture
async def told() -> Told:
    return Told()


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_what_comes_within_a_tick_is_one_write(told: Told, encoding: str) -> None:
    page = told.page(LOBBY, encoding=encoding)
    for id in "abc":
        told.tell(id)
    told.signals.hand_out()
    assert page.writes == [["a", "b", "c"]]


async def test_of_each_sender_only_the_newest_is_written_and_the_order_is_kept(told: Told) -> None:
    page = told.page(LOBBY)
    told.tell("alice 1", type=POINTER, sender="alice")
    told.tell("alice types", sender="alice")
    told.tell("bob 1", type=POINTER, sender="bob")
    told.tell("alice 2", type=POINTER, sender="alice")
    told.signals.hand_out()
    assert page.writes == [["alice types", "bob 1", "alice 2"]]


async def test_nobody_is_told_what_he_says_himself(told: Told) -> None:
    first, second, other = (told.page(LOBBY) for _ in range(3))
    told.tell("a", exclude=first.connection.client_id)
    told.tell("b", exclude=second.connection.client_id)
    told.tell("c", exclude=first.connection.client_id)
    told.tell("d")
    told.signals.hand_out()
    assert (first.writes, second.writes) == ([["b", "d"]], [["a", "c", "d"]])
    assert other.writes == [["a", "b", "c", "d"]]
    told.tell("e", exclude=first.connection.client_id)
    told.signals.hand_out()
    assert len(first.writes) == 1


async def test_each_page_gets_what_it_reads_and_each_event_once(told: Told) -> None:
    lobby, den, both = told.page(LOBBY), told.page(DEN), told.page(LOBBY, DEN)
    told.tell("in the lobby", to=LOBBY)
    told.tell("in both", to=LOBBY)
    told.tell("in both", to=DEN)
    told.tell("to one", to=f"client:{den.connection.client_id}")
    told.signals.hand_out()
    assert lobby.writes == [["in the lobby", "in both"]]
    assert den.writes == [["in both", "to one"]]
    assert both.writes == [["in the lobby", "in both"]]


async def test_a_page_that_does_not_drain_or_is_in_doubt_gets_nothing(told: Told) -> None:
    stuck, doubted = told.page(LOBBY), told.page(LOBBY)
    stuck.stuck = 1_000_000
    doubted.connection.state = State.IN_DOUBT
    told.tell("a")
    told.signals.hand_out()
    assert stuck.writes == doubted.writes == []


async def test_it_writes_by_itself_and_at_most_once_a_tick(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_signals, "TICK", 0.2)
    page = told.page(LOBBY)
    loop = asyncio.get_running_loop()
    began, ticks = loop.time(), 0
    while loop.time() < began + 1:
        told.tell(f"{ticks}", type=POINTER, sender="alice")
        ticks += 1
        await asyncio.sleep(0.01)
    assert 1 <= len(page.writes) <= 6
    assert all(len(write) == 1 for write in page.writes)


async def test_calls_are_noted_when_they_are_handed_over(told: Told) -> None:
    page = told.page(LOBBY)
    told.tell("typing")
    told.tell("a call", to=f"client:{page.connection.client_id}", type=CALL)
    told.signals.hand_out()
    assert told.calls == ["a call"]


async def test_the_same_one_twice_is_told_once(told: Told) -> None:
    page = told.page(LOBBY)
    twice = told.tell("a")
    told.signals.hear(twice)
    told.signals.hand_out()
    told.signals.hear(twice)
    told.signals.hand_out()
    assert page.writes == [["a"]]


async def test_a_poll_gets_what_came_since_and_nothing_twice(told: Told) -> None:
    told.tell("before")
    since = told.signals.heard()
    assert told.polled(None, LOBBY) == told.polled(since, LOBBY) == []
    first = told.tell("first")
    told.tell("elsewhere", to=DEN)
    told.tell("to it", to="client:client")
    told.signals.hand_out()
    assert told.polled(since, LOBBY) == ["first", "to it"]
    assert told.polled(since.plus([first]), LOBBY) == ["to it"]
    assert told.polled(told.signals.heard(), LOBBY) == []


async def test_a_poll_that_waits_is_told_at_once_but_not_of_every_move(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_signals, "POLL_TICK", 0.01)
    poll, gone = told.page(LOBBY), told.page(LOBBY)
    poll.connection.polls = gone.connection.polls = True
    for number in range(3):
        told.tell(f"{number}", type=POINTER, sender="alice")
        told.signals.hand_out()
    assert poll.writes == []
    told.index.remove(gone.connection)
    await until(lambda: poll.writes)
    # The answer takes what there is by then.
    assert (poll.writes, gone.writes) == ([[]], [])
    told.tell("types")
    told.signals.hand_out()
    assert poll.writes[1:] == [["types"]]


async def test_what_is_about_to_be_handed_out_is_not_told_to_a_poll_before(told: Told) -> None:
    told.tell("a")
    assert told.polled(Heard(), LOBBY) == []
    told.signals.hand_out()
    assert told.polled(Heard(), LOBBY) == ["a"]


async def test_a_poll_loses_nothing_to_a_clock_that_is_behind(told: Told) -> None:
    told.at = 1_000_000
    since = told.signals.heard().plus([told.tell("ahead", origin=HERE)])
    told.at = 5
    behind = told.tell("behind", origin=THERE)
    told.signals.hand_out()
    assert told.polled(since, LOBBY) == ["behind"]
    assert told.polled(since.plus([behind]), LOBBY) == []


async def test_a_page_whose_process_changes_is_not_held_back_by_the_old_ones_clock(
    told: Told,
) -> None:
    page = told.page(LOBBY)
    told.at = 1_000_000
    told.tell("ahead", type=POINTER, sender="alice", origin=HERE)
    told.at = 5
    told.tell("behind", type=POINTER, sender="alice", origin=THERE)
    told.signals.hand_out()
    assert page.writes == [["behind"]]


async def test_what_is_old_is_forgotten(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.tell("a")
    assert len(told.signals) == 1
    monkeypatch.setattr(relay_signals, "KEPT_SECONDS", -1)
    assert told.polled(Heard(), LOBBY) == []
    assert len(told.signals) == 0


def test_what_a_page_has_heard_is_text_for_an_address() -> None:
    heard = Heard({HERE: 5, THERE: 9})
    assert str(heard) == f"{HERE}.5-{THERE}.9"
    assert Heard.read(str(heard)) == heard
    assert Heard.read(str(Heard())) == Heard()


@pytest.mark.parametrize("text", ["", "5", "x.5", f"{HERE}.", f"{HERE}.5-", "-", "0" * 200])
def test_what_nobody_has_told_a_page_is_no_place(text: str) -> None:
    assert Heard.read(text) is None


def test_a_page_knows_of_the_processes_that_spoke_last() -> None:
    many = [SignalEvent(f"{n}", n, LOBBY, TYPING, b"", origin=f"{n:08x}") for n in range(1, 150)]
    heard = Heard().plus(many)
    assert f"{149:08x}" in heard.at
    assert f"{1:08x}" not in heard.at
    assert Heard.read(str(heard)) == heard


@pytest.mark.parametrize(
    "payload",
    [
        {"signal": {"id": "of 1.0"}},
        {"origin": THERE, "signals": [["too", "short"]]},
        {"origin": THERE, "signals": [["id", 1, LOBBY, TYPING, None, "", ""]]},
        {"origin": THERE, "signals": [{"unknown": 1}]},
    ],
)
async def test_what_another_version_says_is_left_out(
    payload: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    unlogged = Unlogged(Index())
    unlogged.payload(payload)
    assert "of another version" in caplog.text
    assert len(unlogged.signals) == 0


async def test_what_another_process_says_is_heard_and_its_own_is_not_heard_again() -> None:
    unlogged = Unlogged(Index())
    said = ["id", 1, LOBBY, TYPING, "{}", "", ""]
    unlogged.payload({"origin": broadcast.origin(), "signals": [said]})
    assert len(unlogged.signals) == 0
    unlogged.payload({"origin": THERE, "signals": [said]})
    assert len(unlogged.signals) == 1
