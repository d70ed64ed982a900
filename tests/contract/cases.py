"""How a contract is stated: a reader was told the log from its cursor on, as far as it may read."""

import httpx

from tests.support.readers import Reader
from tests.support.site import DEADLINE, Site


async def told_exactly(
    reader: Reader, site: Site, who: str | None, after: str, asked: list[str] | None = None
) -> None:
    """Wait until all is there, then look for what is lost, doubled, out of order or not its own."""
    expected = site.do("expected", username=who, after=after, asked=asked)
    await reader.until(lambda: set(expected) <= set(reader.cursors), f"all of {len(expected)}")
    assert_exact(reader, expected)


def assert_exact(reader: Reader, expected: list[str]) -> None:
    told = reader.cursors
    faults = {
        "lost": [cursor for cursor in expected if cursor not in told],
        "duplicated": sorted({cursor for cursor in told if told.count(cursor) > 1}),
        "unexpected": [cursor for cursor in told if cursor not in expected],
    }
    assert not any(faults.values()), (reader.transport, faults, reader.titles[-20:])
    assert told == expected, (reader.transport, "out of order", told)


def catch_up(site: Site, session: str) -> None:
    """Have the relay of every process read the log to its head.

    It does so when somebody brings it a cursor that it does not know yet.
    """
    head = site.do("head")
    for number in range(len(site.ports)):
        answer = httpx.get(
            f"http://{site.address(number)}/api/events/",
            params={"after": head},
            headers={"Cookie": f"sessionid={session}"},
            timeout=DEADLINE,
        )
        assert answer.json()["reset"] is False, answer.text
