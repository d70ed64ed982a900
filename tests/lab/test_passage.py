"""A longer and less reliable way: later, in order, or cut."""

import asyncio
import time
from collections.abc import Callable

from notifications.lab.passage import Passage


def never() -> bool:
    return False


def saying(said: list[int], what: int) -> Callable[[], None]:
    return lambda: said.append(what)


async def test_it_hands_over_at_once_where_nothing_is_wanted() -> None:
    said: list[int] = []
    passage = Passage((0, 0), never)
    passage.put(saying(said, 1), 10, event=True)
    assert said == [1]
    assert not passage.busy


async def test_it_keeps_the_order_however_it_delays() -> None:
    said: list[int] = []
    passage = Passage((0, 0.02), never)
    begun = time.monotonic()

    async def last() -> None:
        said.append(30)

    for number in range(30):
        passage.put(saying(said, number), 10, event=True)
    assert (said, passage.waiting) == ([], 300)
    await passage.send(last, 5, event=False, last=True)
    assert said == list(range(31))
    assert passage.waiting == 0
    assert time.monotonic() - begun > 0.001


async def test_it_delays_by_at_least_what_is_asked() -> None:
    times: list[float] = []
    passage = Passage((0.05, 0.05), never)
    begun = time.monotonic()

    async def last() -> None:
        times.append(time.monotonic() - begun)

    await passage.send(last, 0, event=False, last=True)
    assert times[0] >= 0.045


async def test_what_follows_a_cut_is_never_handed_over() -> None:
    for delays in ((0.0, 0.0), (0.0, 0.001)):
        said: list[int] = []
        passage = Passage(delays, lambda said=said: len(said) == 2)  # type: ignore[misc]
        for number in range(5):
            passage.put(saying(said, number), 1, event=True)
        while passage.busy:
            await asyncio.sleep(0)
        assert said == [0, 1]


async def test_only_events_are_cut() -> None:
    said: list[int] = []
    passage = Passage((0, 0), lambda: True)
    passage.put(saying(said, 1), 1, event=False)
    passage.put(saying(said, 2), 1, event=True)
    assert said == [1]


async def test_it_hurries_when_the_run_is_over() -> None:
    said: list[int] = []
    passage = Passage((600, 600), never)
    passage.put(saying(said, 1), 1, event=True)
    assert passage.busy
    await asyncio.to_thread(passage.hurry)
    async with asyncio.timeout(20):
        while passage.busy:
            await asyncio.sleep(0)
    assert said == [1]


async def test_it_forgets_what_waits_when_its_reader_has_gone() -> None:
    said: list[int] = []
    passage = Passage((600, 600), never)
    passage.put(saying(said, 1), 1, event=True)
    passage.close()
    passage.put(saying(said, 2), 1, event=True)
    async with asyncio.timeout(20):
        while passage.busy:
            await asyncio.sleep(0)
    assert said == []
