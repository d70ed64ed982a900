"""G1: axe finds nothing, in no state of no page: both colours, both directions, wide and narrow."""

from types import SimpleNamespace

import pytest

from tests.browser.axe import axe, overflow
from tests.browser.people import Desk
from tests.browser.places import HARDEST, LOOKS, PLACES, Look, Place, cast, visit
from tests.support.site import Site


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    return cast(site, "axe")


@pytest.mark.parametrize(
    "look",
    [pytest.param(each, marks=[] if each == HARDEST else pytest.mark.ui) for each in LOOKS],
    ids=str,
)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_g1_axe_finds_nothing(
    desk: Desk, site: Site, people: SimpleNamespace, place: Place, look: Look
) -> None:
    page = visit(desk, people, look)
    found = []
    for state in place(page, site, people):
        found += [f"{state}: {each}" for each in axe(page)]
        assert overflow(page) <= 0, state
    assert found == []
