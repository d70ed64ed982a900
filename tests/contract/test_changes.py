"""Edits, retractions, schedules and one's own receipts reach every transport as events."""

from collections.abc import Callable
from types import SimpleNamespace

from tests.contract.cases import told_exactly
from tests.contract.conftest import run
from tests.support.readers import Reader, all_of
from tests.support.site import Site

Make = Callable[..., Reader]


class Changes:
    database: str

    def test_an_edit_is_told_with_the_whole_item(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("alice", after=start) as alice:
                number = site.do("notify", title="first", to=[people.team])
                site.do("edit", id=number, title="second")
                await alice.told("second")
                created, updated = alice.events
                assert (created["type"], updated["type"]) == (
                    "notification.created",
                    "notification.updated",
                )
                assert updated["data"]["id"] == number
                assert updated["data"]["edited_at"]
                await told_exactly(alice, site, people.alice, start)

        run(tell())

    def test_a_retraction_is_told_and_what_was_said_is_not_repeated(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            number = site.do("notify", title="a secret", to=[people.team])
            async with reader("alice", after=start) as alice:
                await alice.told("a secret")
                site.do("retract", id=number)
                await alice.until(lambda: alice.of_type("notification.retracted"), "the retraction")
                assert alice.events[-1]["data"]["id"] == number
            async with reader("bob", after=start) as late:
                await late.until(lambda: late.of_type("notification.retracted"), "the retraction")
                assert "a secret" not in str(late.events)

        run(tell())

    def test_a_newer_one_with_the_same_key_takes_the_place_of_the_older(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("alice", after=start) as alice:
                old = site.do("notify", title="50 %", to=[people.team], replace_key="disk")
                site.do("notify", title="60 %", to=[people.team], replace_key="disk")
                await alice.told("60 %")
                await told_exactly(alice, site, people.alice, start)
                retracted = alice.of_type("notification.retracted")
                assert [event["data"]["id"] for event in retracted] == [old]
                assert retracted[0]["data"]["reason"] == "replaced"

        run(tell())

    def test_a_scheduled_one_is_told_when_it_is_due_and_not_before(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("alice", after=start) as alice:
                site.do("notify", title="later", to=[people.team], at=2)
                site.do("notify", title="now", to=[people.team])
                await alice.told("later")
                assert alice.titles == ["now", "later"]
                await told_exactly(alice, site, people.alice, start)

        run(tell())

    def test_the_time_at_which_one_ends_is_told_with_it(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("alice", after=start) as alice:
                number = site.do("notify", title="short", to=[people.team], expires=1.5)
                await alice.told("short")
                assert alice.events[0]["data"]["expires_at"]

            def gone() -> bool:
                items = site.do("snapshot", username=people.alice)["items"]
                return number not in [item["id"] for item in items]

            await alice.until(gone, "expired in the snapshot")

        run(tell())

    def test_ones_own_receipts_reach_ones_other_pages_and_nobody_elses(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            number = site.do("notify", title="read me", to=[people.team])
            async with all_of(reader("alice", after=start), reader("bob", after=start)) as (
                alice,
                bob,
            ):
                await alice.told("read me")
                site.do("act", username=people.alice, do="read", ids=[number])
                await alice.until(lambda: alice.of_type("receipt.changed"), "the receipt")
                site.do("act", username=people.alice, do="read_all", cursor=alice.cursors[-1])
                await alice.until(lambda: alice.of_type("inbox.read"), "all read")
                site.do("notify", title="end", to=[people.team])
                await bob.told("end")
                await told_exactly(alice, site, people.alice, start)
                await told_exactly(bob, site, people.bob, start)
                assert bob.titles == ["read me", "end"]

        run(tell())

    def test_many_at_once_are_told_in_order(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("bob", after=start) as bob:
                site.do("notify_many", count=300, to=[people.team], title="m")
                await told_exactly(bob, site, people.bob, start)
                assert bob.titles == [f"m {number}" for number in range(300)]

        run(tell())

    def test_a_post_to_a_room_is_told_to_its_members(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with all_of(reader("alice", after=start), reader("charlie", after=start)) as (
                alice,
                charlie,
            ):
                site.do("post", room=people.den, text="hello den", username=people.bob)
                site.do("notify", title="end", to=[people.charlie_topic, people.alice_topic])
                await alice.told("end")
                await charlie.told("end")
                await told_exactly(alice, site, people.alice, start)
                assert charlie.titles == ["end"]
                post = alice.events[0]
                assert post["topic"] == f"room.{people.den}"
                assert "hello den" in post["data"]["html"]

        run(tell())


class TestOnSQLite(Changes):
    database = "sqlite"


class TestOnPostgreSQL(Changes):
    database = "postgresql"
