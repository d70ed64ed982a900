"""Tickets, against real servers: a right that was withdrawn ends them in every process."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.contract.conftest import make_site, run
from tests.support.readers import EventStreamReader, PollReader, Reader, WebSocketReader
from tests.support.site import Site, wait_until

#: Nothing but the ticket and the events of the log decides in these tests.
LONG = {"REVALIDATE_SECONDS": 2_000, "TICKET_SECONDS": 1_000}


class Tickets:
    database: str

    @pytest.fixture
    def site(self, sites: dict[str, Site]) -> Site:
        """One of its own: with its times, and processes that may be restarted."""
        name = f"{self.database}, tickets"
        if name not in sites:
            sites[name] = make_site(self.database, **LONG)
        return sites[name]

    def ticket(self, site: Site, session: str) -> str:
        """That of a page which was connected when the server had read all of the log."""
        told: list[dict[str, Any]] = []

        async def connect() -> None:
            async with WebSocketReader(site, session) as reader:
                told.append(reader.controls[0])

        def is_up_to_date() -> bool:
            run(connect())
            return bool(told[-1]["cursor"] == site.do("head"))

        wait_until(is_up_to_date, "the server has read the log")
        return str(told[-1]["ticket"])

    def restart(self, site: Site) -> None:
        """End all processes, and what they remember."""
        for number in range(len(site.ports)):
            site.kill(number)
        for number in range(len(site.ports)):
            site.restart(number)

    def test_it_lets_in_at_every_process_over_every_transport(
        self, site: Site, people: SimpleNamespace
    ) -> None:
        ticket = self.ticket(site, people.session["bob"])
        site.do("silently_end", session_key=people.session["bob"])

        async def show(kind: type[Reader], server: int) -> None:
            bob = kind(site, people.session["bob"], server=server)
            bob.ticket = ticket
            async with bob:
                assert bob.user is not None

        self.restart(site)
        for server in range(len(site.ports)):
            for kind in (WebSocketReader, EventStreamReader, PollReader):
                run(show(kind, server))

    @pytest.mark.parametrize("restarts", [False, True])
    def test_a_right_that_is_withdrawn_ends_it_at_every_process(
        self, site: Site, people: SimpleNamespace, restarts: bool
    ) -> None:
        tickets = {name: self.ticket(site, key) for name, key in people.session.items()}
        start = site.do("head")
        site.do("sign_out", session_key=people.session["alice"])
        site.do("deactivate", username=people.bob)
        site.do("new_password", username=people.charlie)
        site.do("notify", title="after", to=["all"])

        async def show(name: str, server: int) -> None:
            reader = WebSocketReader(site, people.session[name], after=start, server=server)
            reader.ticket = tickets[name]
            async with reader:
                await reader.until(lambda: reader.signed_out or not reader.user, "shut out")
                assert reader.titles == []

        if restarts:
            self.restart(site)
        for server in range(len(site.ports)):
            for name in tickets:
                run(show(name, server))

    def test_who_left_a_team_is_told_nothing_of_it_by_his_ticket(
        self, site: Site, people: SimpleNamespace
    ) -> None:
        ticket = self.ticket(site, people.session["bob"])
        start = site.do("head")
        site.do("leave_team", username=people.bob, team=people.team_name)
        site.do("notify", title="when out", to=[people.team])

        async def tell(server: int) -> None:
            bob = WebSocketReader(site, people.session["bob"], after=start, server=server)
            bob.ticket = ticket
            async with bob:
                await bob.until(lambda: bob.resets, "a reset: the topics have changed")
                site.do("notify", title=f"end {server}", to=[people.bob_topic])
                await bob.told(f"end {server}")
                assert "when out" not in bob.titles

        for server in range(len(site.ports)):
            run(tell(server))


class TestOnSQLite(Tickets):
    database = "sqlite"


class TestOnPostgreSQL(Tickets):
    database = "postgresql"
