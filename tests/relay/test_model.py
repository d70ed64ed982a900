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
from tests.relay.model import SAID, World
from tests.relay.model_client import Wrong
from tests.relay.pages import sign_in

register_event_type(SAID, {"number": int})


def histories(count: int, steps: int = 50) -> settings:
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


def test_every_client_is_told_exactly_the_log(world: type[World]) -> None:
    run_state_machine_as_test(world, settings=histories(30))
