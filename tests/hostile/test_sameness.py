"""Any text is the same on every transport, byte by byte, or is refused where it is written."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

import pytest

from tests.contract.conftest import run
from tests.support.readers import READERS, all_of
from tests.support.site import Site

BODIES = {
    "a family": "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈",
    "right to left": "שלום \u202eevil\u202c עולם العربية",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L" * 20,
    "lines": "one\r\ntwo\rthree\u2028four\u2029five\u0085six\ndata: seven\n\nevent: reset\nid: 1.x",
    "json": '"}]}\\u0000\\ud800{"control":"reset"}',
    "html": "</script><script>alert(1)</script><!--",
    "beyond the basic plane": "𝕳𝖊𝖑𝖑𝖔 \U0010fffd",
    # What no database keeps is taken out where it is written.
    "a zero": "a\0b",
    "1 KB": "é" * 512,
    "10,000 characters": "字" * 10_000,
}
#: What is more than a body may be, and what no text is.
REFUSED = {"10,001": "x" * 10_001, "1 MB": "x" * 1_000_000, "half": "\ud800"}
TRANSPORTS = ["websocket", "sse", "long-polling", "polling"]


def test_it_is_the_same_on_every_transport(site: Site, people: SimpleNamespace) -> None:
    async def tell() -> None:
        start = await asyncio.to_thread(site.do, "head")
        session = people.session["alice"]
        readers = [READERS[kind](site, session, after=start) for kind in TRANSPORTS]
        async with all_of(*readers):
            for name, body in BODIES.items():
                fields = {"title": name, "body": body, "to": [people.alice_topic]}
                await asyncio.to_thread(site.do, "notify", **fields)
            for reader in readers:
                await reader.told(*BODIES)
        found = {json.dumps(reader.events, sort_keys=True) for reader in readers}
        assert len(found) == 1
        assert [event["data"]["title"] for event in readers[0].events] == list(BODIES)
        assert not any(reader.resets for reader in readers)
        family = next(each for each in readers[0].events if each["data"]["title"] == "a family")
        assert BODIES["a family"] in family["data"]["html"]

    run(tell())


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_too_large_or_no_text_is_refused_where_it_is_written(
    site: Site, people: SimpleNamespace, name: str
) -> None:
    before = site.do("head")
    with pytest.raises(AssertionError, match=r"BadNotification|UnicodeEncodeError|surrogates"):
        site.do("notify", title=name, body=REFUSED[name], to=[people.alice_topic])
    assert site.do("head") == before
