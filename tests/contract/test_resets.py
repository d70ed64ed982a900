"""A cursor that cannot be continued is answered with a reset, never with silence or an error."""

from collections.abc import Callable
from types import SimpleNamespace

import httpx
import pytest

from tests.contract.cases import catch_up
from tests.contract.conftest import make_site, run
from tests.support.readers import Reader
from tests.support.site import Site

Make = Callable[..., Reader]

UNREADABLE = ["abc", "-1.abcdef12", "1_0.abcdef12", "١.abcdef12", "1.\x00", "9" * 4096, "", "1."]


class Resets:
    database: str

    def test_a_cursor_of_another_log_is_reset(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            site.do("notify", title="one", to=[people.team])
            seq = site.do("head").split(".")[0]
            async with reader("alice", after=f"{seq}.00000000") as alice:
                await alice.until(lambda: alice.resets, "a reset")
                assert alice.resets[0]["reason"]
                site.do("notify", title="after", to=[people.team])
                await alice.told("after")

        run(tell())

    def test_a_cursor_ahead_of_the_log_is_reset(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            seq = int(site.do("head").split(".")[0])
            async with reader("alice", after=f"{seq + 1_000_000}.0123abcd") as alice:
                await alice.until(lambda: alice.resets, "a reset")
                site.do("notify", title="after", to=[people.team])
                await alice.told("after")
                assert len(alice.resets) == 1

        run(tell())

    def test_a_cursor_older_than_what_is_kept_is_reset(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            # More than a relay remembers: what it remembers it can still tell.
            site.do("notify_many", count=600, to=[people.team], title="pruned")
            catch_up(site, people.session["alice"])
            site.do("prune_events")
            async with reader("alice", after=start) as alice:
                await alice.until(lambda: alice.resets, "a reset")
                assert "pruned 0" not in alice.titles
                site.do("notify", title="after", to=[people.team])
                await alice.told("after")

        run(tell())

    def test_an_unreadable_cursor_is_a_reset_or_a_coded_refusal(
        self, site: Site, people: SimpleNamespace, transport: str, reader: Make
    ) -> None:
        if transport in ("polling", "long-polling"):
            for cursor in UNREADABLE[:-2]:
                answer = httpx.get(
                    f"http://{site.address()}/api/events/",
                    params={"after": cursor},
                    headers={"Cookie": f"sessionid={people.session['alice']}"},
                )
                assert answer.status_code == 400, (cursor, answer.text)
                assert answer.json()["error"]["code"] == "bad_cursor"
            return

        async def tell() -> None:
            for cursor in ["abc", "-1.abcdef12", "1_0.abcdef12", "9" * 4000]:
                async with reader("alice", kind=first(transport), after=cursor) as alice:
                    await alice.until(lambda: alice.resets, f"a reset for {cursor[:20]}")
                    assert alice.cursor != cursor

        run(tell())


def first(transport: str) -> str:
    """Switching begins on the WebSocket, where an unreadable cursor is a reset."""
    return "websocket" if transport == "switching" else transport


@pytest.mark.parametrize("cursor", UNREADABLE[3:])
def test_the_unreadable_stay_below_a_server_error(sites: dict[str, Site], cursor: str) -> None:
    site = sites.get("sqlite") or sites.setdefault("sqlite", make_site("sqlite"))
    for path in ("/api/events/", "/api/inbox/"):
        answer = httpx.get(
            f"http://{site.address()}{path}", params={"after": cursor, "before": cursor}
        )
        assert answer.status_code < 500


class TestOnSQLite(Resets):
    database = "sqlite"


class TestOnPostgreSQL(Resets):
    database = "postgresql"
