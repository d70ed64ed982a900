"""A1 to A8: server processes that die, freeze, drain and come back."""

from __future__ import annotations

from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row


@row("a2", quick=True)
async def one_killed(ground: Ground) -> Outcome:
    """kill -9 one server process in a burst."""
    await ground.crowd(20)
    async with ground.publishing(15):
        await ground.published(10)
        async with ground.fault("a process is away") as fault:
            ground.kill(0)
            # The other one is there all the time: nothing has to come back first.
            fault.back = fault.began
            await ground.wait(4)
            await ground.start_server(0)
        await ground.published(10)
    await ground.settle()
    outcome = await ground.verdict()
    assert outcome.recovery is not None
    return outcome.most("recovery p95", outcome.recovery.p95, 3)
