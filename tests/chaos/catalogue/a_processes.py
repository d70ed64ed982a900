"""A1 to A3 and A6: server processes that idle, die and freeze."""

from __future__ import annotations

from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row

#: From the moment that a part answers again, in seconds.
RECOVERY = 3.0


@row("a1")
async def idle(ground: Ground) -> Outcome:
    """Nothing is published for 30 s: nobody is cut off, nothing is logged."""
    crowd = await ground.crowd(20)
    before = crowd.connects
    await ground.wait(30)
    reconnects = crowd.connects - before
    async with ground.publishing(10):
        await ground.published(5)
    await ground.settle()
    outcome = await ground.verdict()
    outcome.figures["reconnects"] = reconnects
    # Who switches does so when something is published, and nothing was.
    outcome.most("reconnects", reconnects, 0)
    return outcome.most("tracebacks", ground.tracebacks(), 0)


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
    return recovered(await ground.verdict(), ground)


@row("a3")
async def all_killed(ground: Ground) -> Outcome:
    """kill -9 every server process, then start them again."""
    await ground.crowd(20)
    async with ground.publishing(15):
        await ground.published(10)
        async with ground.fault("all processes are away"):
            for number in range(len(ground.site.ports)):
                ground.kill(number)
            await ground.wait(5)
            for number in range(len(ground.site.ports)):
                ground.site.launch(number)
            await ground.started(0)
        await ground.started(1)
        await ground.published(10)
    await ground.settle()
    return recovered(await ground.verdict(), ground)


@row("a6")
async def one_frozen(ground: Ground) -> Outcome:
    """SIGSTOP one server process for 10 s."""
    await ground.crowd(20)
    async with ground.publishing(15):
        await ground.published(10)
        async with ground.fault("a process stands still"):
            ground.freeze(0)
            await ground.wait(10)
            ground.thaw(0)
        await ground.published(10)
    await ground.settle()
    return recovered(await ground.verdict(), ground)


def recovered(outcome: Outcome, ground: Ground, more: float = 0.0) -> Outcome:
    """The promise: caught up within 3 s of the part coming back, and of what was asked for."""
    assert outcome.recovery is not None, "nothing was published under the fault"
    return outcome.most("recovery p95", outcome.recovery.p95, ground.bound(RECOVERY + more))
