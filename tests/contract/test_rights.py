"""Who is told what: the server decides, at connect, at replay, and again when rights change."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.contract.cases import told_exactly
from tests.contract.conftest import run
from tests.support.readers import Reader, all_of
from tests.support.site import Site

Make = Callable[..., Reader]


class Rights:
    database: str

    def test_nothing_of_others_is_told(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            asked = (people.team, people.alice_topic, f"room.{people.den}", "user.1", "all")
            async with reader("charlie", after=start, topics=asked) as charlie:
                site.do("notify", title="team", to=[people.team])
                site.do("notify", title="alice", to=[people.alice_topic])
                site.do("post", room=people.den, text="den", username=people.alice)
                site.do("notify", title="charlie", to=[people.charlie_topic])
                await charlie.told("charlie")
                assert charlie.titles == ["charlie"]
                await told_exactly(charlie, site, people.charlie, start)

        run(tell())

    def test_a_public_room_is_told_to_whom_asks_for_it(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            asked = (f"room.{people.lobby}",)
            async with reader("charlie", after=start, topics=asked) as charlie:
                site.do("post", room=people.lobby, text="hello", username=people.alice)
                await charlie.until(lambda: charlie.events, "the post")
                await told_exactly(charlie, site, people.charlie, start, list(asked))

        run(tell())

    def test_a_visitor_is_told_public_rooms_only(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            asked = (f"room.{people.lobby}", people.team, f"room.{people.den}", "all")
            async with reader(None, after=start, topics=asked) as visitor:
                site.do("notify", title="team", to=[people.team])
                site.do("notify", title="everyone who has an account", to=["all"])
                site.do("post", room=people.den, text="den", username=people.alice)
                site.do("post", room=people.lobby, text="hello", username=people.alice)
                await visitor.until(lambda: visitor.events, "the post")
                assert [event["topic"] for event in visitor.events] == [f"room.{people.lobby}"]
                assert visitor.events[0]["data"]["sender"] == "Alice Example"
                assert people.alice not in str(visitor.events)
                assert "@example.org" not in str(visitor.events)

        run(tell())

    def test_who_leaves_a_team_is_told_to_begin_anew_and_nothing_more_of_it(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("bob", after=start) as bob:
                site.do("notify", title="while in", to=[people.team])
                await bob.told("while in")
                site.do("leave_team", username=people.bob, team=people.team_name)
                await bob.until(lambda: bob.resets, "a reset")
                site.do("notify", title="when out", to=[people.team])
                site.do("notify", title="end", to=[people.bob_topic])
                await bob.told("end")
                assert "when out" not in bob.titles

        run(tell())

    def test_a_replay_asks_for_the_rights_of_now(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            site.do("notify", title="while in", to=[people.team])
            site.do("leave_team", username=people.bob, team=people.team_name)
            async with reader("bob", after=start) as bob:
                await bob.until(lambda: bob.resets, "a reset: the topics have changed")
                site.do("notify", title="end", to=[people.bob_topic])
                await bob.told("end")
                assert bob.titles == ["end"]

        run(tell())

    def test_who_joins_a_team_is_told_of_it_from_then_on(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with reader("charlie", after=start) as charlie:
                site.do("join_team", username=people.charlie, team=people.team_name)

                async def told_of_it() -> bool:
                    site.do("notify", title="welcome", to=[people.team])
                    await asyncio.sleep(0.5)
                    return "welcome" in charlie.titles

                async with asyncio.timeout(60):
                    while not await told_of_it():
                        pass

        run(tell())

    @pytest.mark.parametrize("how", ["sign_out", "deactivate", "new_password"])
    def test_who_may_no_longer_exist_is_shut_out(
        self, site: Site, people: SimpleNamespace, reader: Make, how: str
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            async with all_of(reader("bob", after=start), reader("alice", after=start)) as (
                bob,
                alice,
            ):
                if how == "sign_out":
                    site.do("sign_out", session_key=people.session["bob"])
                else:
                    site.do(how, username=people.bob)
                await bob.until(lambda: bob.signed_out, "shut out")
                site.do("notify", title="after", to=[people.team])
                await alice.told("after")
                assert "after" not in bob.titles
                assert not alice.signed_out

        run(tell())

    def test_a_session_that_runs_out_ends_the_connection(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            people.session["bob"] = site.do("session", username=people.bob, seconds=3)
            async with reader("bob", after=site.do("head")) as bob:
                await bob.until(lambda: bob.signed_out, "shut out")

        run(tell())

    def test_an_unknown_session_is_a_visitor(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            people.session["bob"] = "0123456789abcdefghijklmnopqrstuv"
            start = site.do("head")
            asked = (f"room.{people.lobby}", people.bob_topic)
            async with reader("bob", after=start, topics=asked) as bob:
                site.do("notify", title="bob's", to=[people.bob_topic])
                site.do("post", room=people.lobby, text="hello", username=people.alice)
                await bob.until(lambda: bob.events, "the post")
                assert [event["topic"] for event in bob.events] == [f"room.{people.lobby}"]

        run(tell())


class TestOnSQLite(Rights):
    database = "sqlite"


class TestOnPostgreSQL(Rights):
    database = "postgresql"
