"""The canary: an event that goes all the way and is waited for, so that a silent failure is heard.

What people get may stop while every part says that it works: nobody publishes at night, and who
gets nothing does not complain. So each served process publishes an internal event of its own now
and then, which takes the way of every other (table, stamp, hint or log, relay) and reaches nobody.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import secrets

from notifications import log, metrics
from notifications.conf import options
from notifications.events import CANARY_SENT, Entry
from notifications.relay.database import Database

logger = logging.getLogger(__name__)

#: One that is not back after this is missed: ten times as long as the log needs without hints.
PATIENCE_SECONDS = 10.0
#: So many that are missed one after the other are an alarm.
ALARM = 3


class Canary:
    """Sends canaries of this relay, and hears them. ``missed`` is how many in a row were not."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._name = secrets.token_hex(4)
        self._number = 0
        self._heard: asyncio.Future[None] | None = None
        self.missed = 0

    async def watch(self) -> None:
        """Send until cancelled."""
        if not options.CANARY_SECONDS:
            return
        while True:
            # Not with those of all other processes at once.
            await asyncio.sleep(options.CANARY_SECONDS * random.uniform(0.9, 1.0))
            await self.send()

    async def send(self) -> None:
        """Publish one and wait for it."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._number += 1
        heard = self._heard = loop.create_future()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._database.run(publish, self._name, self._number)
                await heard
        except Exception as error:
            self._miss(error)
        else:
            metrics.CANARY_SECONDS.observe(loop.time() - began)
            self._come_back()

    def hear(self, entry: Entry) -> None:
        """Take a canary from the log; those of other processes are theirs."""
        told = json.loads(entry.data)
        ours = (told["process"], told["number"]) == (self._name, self._number)
        if ours and self._heard is not None and not self._heard.done():
            self._heard.set_result(None)

    def _miss(self, error: Exception) -> None:
        metrics.CANARY_MISSES.inc()
        self.missed += 1
        if self.missed == ALARM:
            logger.error(
                "%d canaries in a row did not come back: what is published may not arrive (%r).",
                ALARM,
                error,
            )

    def _come_back(self) -> None:
        if self.missed >= ALARM:
            logger.warning("The canary is back after %d that were missed.", self.missed)
        self.missed = 0


def publish(process: str, number: int) -> None:
    """Publish a canary; nobody can read its topic."""
    with log.transaction():
        data = {"process": process, "number": number}
        log.append(CANARY_SENT, [f"canary.{process}"], data)
