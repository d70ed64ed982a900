"""Many writers at once, some of whom take it back: no hole, no duplicate, nothing undone told."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

from tests.contract.cases import told_exactly
from tests.contract.conftest import run
from tests.support.readers import Reader, all_of
from tests.support.site import Site

Make = Callable[..., Reader]


class Writers:
    database: str

    def test_there_is_no_hole_and_no_duplicate_under_many_writers(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with all_of(
                reader("alice", after=start), reader("bob", after=start, server=1)
            ) as readers:
                outcome = await asyncio.to_thread(
                    site.do,
                    "storm",
                    writers=8,
                    each=12,
                    to=[people.team],
                    title=people.prefix,
                    rollback=0.3,
                    pause=0.02,
                    seed=3,
                )
                assert not outcome["failed"]
                for one, who in zip(readers, (people.alice, people.bob), strict=True):
                    await told_exactly(one, site, who, start)
                    assert sorted(one.titles) == sorted(outcome["kept"])

        run(tell())


class TestOnSQLite(Writers):
    database = "sqlite"


class TestOnPostgreSQL(Writers):
    database = "postgresql"
