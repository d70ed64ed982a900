"""B13: server processes whose clocks are an hour wrong."""

from __future__ import annotations

import asyncio

from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.chaos.rows import row
from tests.chaos.watching import query

HOUR = 3600
#: A tick is a second; the machine is loaded.
LATE_SECONDS = 5.0
TIMES = """
    SELECT extract(epoch FROM published_at - publish_at) FROM notifications_notification
    WHERE title LIKE 'due %' AND published_at IS NOT NULL
"""
WRONG = {"DJANGO_SETTINGS_MODULE": "tests.chaos.clock_settings"}


@row("b13", fresh=True, environment=WRONG)
async def wrong_clocks(ground: Ground) -> Outcome:
    """One process an hour ahead, one an hour behind: the schedule is the database's."""
    for number, shift in enumerate((HOUR, -HOUR)):
        ground.kill(number)
        ground.site.environment["CHAOS_CLOCK"] = str(shift)
        await ground.start_server(number)
    crowd = await ground.crowd(8, who=("alice",))
    count = ground.count(100)
    for after in (2.0, 4.0, 6.0):
        title = f"due {after:g}"
        to = [ground.people.team]
        await ground.do("schedule", count=count, to=to, title=title, seconds=after)
    await ground.until(
        lambda: all(len(each.events) >= 3 * count for each in crowd.readers), "all are published"
    )
    await ground.settle()
    outcome = await ground.verdict()
    rows = await asyncio.to_thread(query, ground.oracle.url, TIMES)
    delays = [float(delay) for (delay,) in rows]
    outcome.figures |= {"due": len(delays), "latest": round(max(delays), 2)}
    outcome.most("early", sum(delay < 0 for delay in delays), 0)
    return outcome.most("late", sum(delay > LATE_SECONDS for delay in delays), 0)
