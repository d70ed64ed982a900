"""A backup is put back, and every page that was open finds out, whatever way it reads."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.conftest import run
from tests.data.copies import copies
from tests.support.readers import READERS, all_of
from tests.support.services import new_postgres_database
from tests.support.site import Site, Writer

TRANSPORTS = ("websocket", "sse", "long-polling", "polling")


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Any:
    url = "" if request.param == "sqlite" else new_postgres_database()
    site = Site(url, options={"RECONCILE_SECONDS": 0.3})
    yield site
    site.close()


def put_back(site: Site, taken: Any) -> None:
    """Restore as docs/data.md has it: while no process serves or writes."""
    site.kill(0)
    site.writer.kill()
    taken.restore()
    site.writer = Writer(site.environment, site.folder / "writer.log")
    site.do = site.writer.do


def test_no_page_goes_on_as_if_nothing_had_happened(site: Site, tmp_path: Path) -> None:
    people = site.do("people", prefix="p")
    session = site.do("session", username=people["alice"])
    taken = copies(site.environment["DATABASE_URL"], tmp_path)

    def tell(what: str, count: int) -> None:
        for number in range(count):
            site.do("notify", title=f"{what} {number}", to=[people["alice_topic"]])

    async def story() -> None:
        async with all_of(*(READERS[name](site, session) for name in TRANSPORTS)) as readers:
            tell("kept", 2)
            for reader in readers:
                await reader.told("kept 1")
            known = readers[0].cursor
            await asyncio.to_thread(taken.backup)
            tell("lost", 3)
            for reader in readers:
                await reader.told("lost 2")
            lost = str(readers[0].cursor)
            await asyncio.to_thread(put_back, site, taken)
            # Before anybody comes back each number that was lost is another event's.
            tell("new", 5)
            await asyncio.to_thread(site.restart, 0)
            for reader in readers:
                await reader.until(lambda each=reader: each.resets, "a reset")
            tell("after", 1)
            for reader in readers:
                await reader.told("after 0")
                # The reset comes first: nothing of the new log reads as if it followed the old.
                assert [title for title in reader.titles if title.startswith("new")] == []
                assert {each["reason"] for each in reader.resets} == {"unknown"}
            await late(lost, known)
            await asyncio.to_thread(snapshot, site, session)

    async def late(lost: str, known: str | None) -> None:
        """Who was away all the time, with a cursor of either side of the backup."""
        for transport in TRANSPORTS:
            async with READERS[transport](site, session, after=lost) as reader:
                await reader.until(lambda each=reader: each.resets, "a reset")
                assert reader.titles == []
            async with READERS[transport](site, session, after=known) as reader:
                await reader.told("after 0")
                assert reader.titles == [*(f"new {number}" for number in range(5)), "after 0"]
                assert reader.resets == []

    run(story())


def snapshot(site: Site, session: str) -> None:
    """What a page fetches after the reset is what was backed up, and what came since."""
    answer = httpx.get(
        f"http://{site.address()}/api/inbox/", headers={"Cookie": f"sessionid={session}"}
    )
    shown = [item["title"] for item in answer.json()["items"]]
    assert shown == ["after 0", *(f"new {4 - number}" for number in range(5)), "kept 1", "kept 0"]
