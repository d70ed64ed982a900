"""Order, replay, and the race of a reader that joins while others publish."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

from tests.contract.cases import catch_up, told_exactly
from tests.contract.conftest import run
from tests.support.readers import Reader, all_of
from tests.support.site import Site

Make = Callable[..., Reader]


class Order:
    database: str

    def test_what_is_published_is_told_once_and_in_order(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("alice", after=start) as alice:
                for number in range(12):
                    await asyncio.to_thread(site.do, "notify", title=f"n{number}", to=[people.team])
                await alice.told("n11")
                assert alice.titles == [f"n{number}" for number in range(12)]
                await told_exactly(alice, site, people.alice, start)

        run(tell())

    def test_a_reader_without_a_cursor_begins_now(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            site.do("notify", title="before", to=[people.team])
            catch_up(site, people.session["alice"])
            async with reader("alice") as alice:
                site.do("notify", title="after", to=[people.team])
                await alice.told("after")
                assert alice.titles == ["after"]

        run(tell())

    def test_what_was_missed_is_replayed_from_the_cursor(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            site.do("notify_many", count=40, to=[people.team], title="missed")
            async with reader("alice", after=start) as alice:
                site.do("notify", title="live", to=[people.team])
                await alice.told("live")
                await told_exactly(alice, site, people.alice, start)
                assert len(alice.events) == 41

        run(tell())

    def test_a_long_absence_is_replayed_in_pages(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            site.do("notify_many", count=1_200, to=[people.team], title="many")
            async with reader("alice", after=start) as alice:
                await told_exactly(alice, site, people.alice, start)
                assert len(alice.events) == 1_200

        run(tell())

    def test_one_event_to_several_topics_of_a_reader_is_told_once(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("alice", after=start) as alice:
                site.do("notify", title="twice hers", to=[people.team, people.alice_topic])
                site.do("notify", title="end", to=[people.alice_topic])
                await alice.told("end")
                assert alice.titles == ["twice hers", "end"]

        run(tell())

    def test_the_event_on_every_transport_is_the_same(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            site.do("notify", title="Grüße 👩‍🚀 <b>", body="*one* & two", to=[people.team])
            async with (
                reader("alice", after=start) as alice,
                reader("alice", kind="websocket", after=start) as other,
            ):
                await alice.until(lambda: alice.events, "one event")
                await other.until(lambda: other.events, "one event")
                assert alice.events == other.events
                event = alice.events[0]
                assert set(event) == {"cursor", "type", "time", "topic", "data"}
                assert event["type"] == "notification.created"
                assert event["topic"] == people.team
                assert event["data"]["html"] == "<p><em>one</em> &amp; two</p>"
                assert event["data"]["title"] == "Grüße 👩‍🚀 <b>"

        run(tell())

    def test_a_reader_that_joins_while_others_publish_misses_nothing(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            storm = asyncio.create_task(
                asyncio.to_thread(
                    site.do,
                    "storm",
                    writers=4,
                    each=15,
                    to=[people.team],
                    title="race",
                    rollback=0.2,
                    pause=0.01,
                    seed=7,
                )
            )
            joining = []
            for number in range(6):
                joining.append(reader("bob" if number % 2 else "alice", after=start, server=number))
                await joining[-1].__aenter__()
            outcome = await storm
            assert not outcome["failed"]
            for one in joining:
                await told_exactly(one, site, people.alice, start)
                assert sorted(one.titles) == sorted(outcome["kept"])
                await one.stop()

        run(tell())

    def test_a_reader_cut_off_again_and_again_misses_nothing(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with all_of(reader("alice", after=start), reader("bob", after=start)) as readers:
                for number in range(20):
                    await asyncio.to_thread(site.do, "notify", title=f"c{number}", to=[people.team])
                    readers[number % 2].cut_off()
                for one in readers:
                    await told_exactly(one, site, people.alice, start)

        run(tell())


class TestOnSQLite(Order):
    database = "sqlite"


class TestOnPostgreSQL(Order):
    database = "postgresql"
