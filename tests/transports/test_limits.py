"""Allowances that fill up again with time."""

from __future__ import annotations

import threading

import pytest

from notifications.errors import TooMany
from notifications.transports.limits import MOST_KEYS, Allowance, network


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_gives_as_many_at_once_as_it_has_and_no_more() -> None:
    allowance = Allowance(lambda: 100, 60, Clock())
    for _ in range(100):
        allowance.spend("alice")
    with pytest.raises(TooMany) as refused:
        allowance.spend("alice")
    assert refused.value.retry_after == 1


def test_it_fills_up_again_with_time() -> None:
    clock = Clock()
    allowance = Allowance(lambda: 30, 60, clock)
    for _ in range(30):
        assert allowance.take("alice") == 0
    clock.now += 2
    assert allowance.take("alice") == 0
    assert allowance.take("alice") > 0
    clock.now += 1000
    assert [allowance.take("alice") for _ in range(31)].count(0) == 30


def test_it_says_how_long_to_wait_without_taking_any() -> None:
    clock = Clock()
    allowance = Allowance(lambda: 2, 60, clock)
    for _ in range(2):
        assert allowance.wait("alice") == 0
        allowance.spend("alice")
    assert allowance.wait("alice") == 30
    assert allowance.take("alice") == 30
    clock.now += 30
    assert allowance.wait("alice") == 0


def test_one_does_not_spend_anothers() -> None:
    allowance = Allowance(lambda: 1, 60, Clock())
    assert allowance.take("alice") == 0
    assert allowance.take("bob") == 0


def test_it_forgets_those_who_have_all_of_theirs_again() -> None:
    clock = Clock()
    allowance = Allowance(lambda: 1, 60, clock)
    for key in range(MOST_KEYS):
        allowance.take(key)
    clock.now += 61
    allowance.take("alice")
    assert len(allowance._full_at) == 1


def test_threads_together_get_no_more_than_one_alone() -> None:
    allowance = Allowance(lambda: 200, 60, Clock())
    given: list[float] = []
    threads = [
        threading.Thread(target=lambda: given.extend(allowance.take(1) for _ in range(100)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given.count(0) == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_address_counts_as_that_of_one_subscriber(address: str, counted: str) -> None:
    assert network(address) == counted
