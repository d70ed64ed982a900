"""The rules of the relay hold in every history that is tried, and each is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from notifications.events import register_event_type
from notifications.relay import holding
from tests.relay import broken
from tests.relay.model import SAID, World
from tests.relay.model_client import Client, Wrong
from tests.relay.pages import sign_in

register_event_type(SAID, {"number": int})


def histories(count: int, steps: int = 80) -> settings:
    return settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def world(
    transactional_db: None, alice: Any, bob: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> type[World]:
    """A world with small bounds, so that memory, pages and batches end within a few steps."""
    settings.NOTICEBOARD = {"MEMORY_EVENTS": 4, "REPLAY_BATCH": 2, "REVALIDATE_SECONDS": 100_000}
    monkeypatch.setattr(holding, "LOOK_AGAIN", 100_000)
    members = {
        "people": {"alice": (alice, sign_in(alice)), "bob": (bob, sign_in(bob))},
        "group": Group.objects.create(name="ops"),
    }
    return type("ThisWorld", (World,), members)


class CursorAtSend(Client):
    """Counts as read what is still on its way."""

    cursor_moves = "sent"


def test_every_client_is_told_exactly_the_log(world: type[World]) -> None:
    run_state_machine_as_test(world, settings=histories(60))


@pytest.mark.parametrize(
    "without",
    [
        broken.trusts_the_hint,
        broken.never_reconciles,
        broken.compares_numbers_only,
        broken.reads_the_backlog_first,
        broken.has_no_watermark,
        broken.moves_the_cursor_at_send,
        broken.has_polls_that_skip,
        broken.has_a_silent_floor,
        broken.has_no_audience_test,
        broken.does_not_doubt,
        broken.forgets_that_topics_moved,
    ],
    ids=lambda function: function.__name__,
)
def test_a_relay_without_one_of_its_rules_is_found(
    world: type[World], without: Callable[[Any], None]
) -> None:
    world.broken = staticmethod(without)
    with pytest.raises(Wrong):
        run_state_machine_as_test(world, settings=histories(150))


def test_a_client_that_moves_its_cursor_before_it_has_processed_is_found(
    world: type[World],
) -> None:
    world.client_class = CursorAtSend
    with pytest.raises(Wrong):
        run_state_machine_as_test(world, settings=histories(150))
