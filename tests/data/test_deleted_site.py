"""A person is deleted while a site runs: the pages of that person end, everybody else's go on."""

from types import SimpleNamespace
from typing import Any

from tests.contract.conftest import run
from tests.support.readers import READERS, all_of
from tests.support.site import Site


def test_only_the_pages_of_the_deleted_end() -> None:
    site = Site("", options={"RECONCILE_SECONDS": 0.3})
    try:
        people = SimpleNamespace(**site.do("people", prefix="p"))
        run(story(site, people))
        assert "Traceback" not in site.logs()
    finally:
        site.close()


async def story(site: Site, people: Any) -> None:
    keys = [site.do("session", username=name) for name in (people.alice, people.bob)]
    alice, bob = (READERS["websocket"](site, key) for key in keys)
    async with all_of(alice, bob):
        site.do("notify", title="for alice alone", to=[people.alice_topic])
        site.do("notify", title="before", to=[people.team])
        await bob.told("before")
        await alice.told("before", "for alice alone")
        site.run("person", "delete", people.alice, "--yes")
        await alice.until(lambda: alice.signed_out, "signed out")
        site.do("notify", title="after", to=[people.bob_topic])
        await bob.told("after")
        assert bob.connects == 1
        assert "after" not in alice.titles
