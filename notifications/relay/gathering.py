"""Many who ask at about the same time, answered with few questions to the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

from notifications.errors import Unavailable
from notifications.relay.tasks import Tasks
from notifications.rights import Admission, Key

logger = logging.getLogger(__name__)

#: One question is about at most so many.
MOST = 1_000
#: So few are no storm: the next question need not wait for more who ask.
FEW = 2
#: Else it waits while more keep coming within so many seconds ...
QUIET = 0.03
#: ... but nobody waits longer than this.
LONGEST_PAUSE = 0.5

Answers = list[asyncio.Future[Admission]]


class Gathering:
    """One question at a time; who asks meanwhile is in the next. A thousand are about five.

    ``ask`` answers many keys, in their order. If it fails, each of them is asked for by itself, so
    that only those who are the cause get the error.
    """

    def __init__(
        self, ask: Callable[[Sequence[Key]], Awaitable[Sequence[Admission]]], tasks: Tasks
    ) -> None:
        self._ask = ask
        self._tasks = tasks
        self._waiting: dict[Key, Answers] = {}
        self._works = False
        self.longest_pause = LONGEST_PAUSE

    def of(self, key: Key) -> asyncio.Future[Admission]:
        """Return the answer for a key, from a question that is asked after this call."""
        answer: asyncio.Future[Admission] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(answer)
        if not self._works:
            self._works = True
            self._tasks.start(self._work(), "admissions")
        return answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                keys = list(islice(self._waiting, MOST))
                await self._answer({key: self._waiting.pop(key) for key in keys})
                if len(keys) > FEW:
                    await self._more_come()
        finally:
            self._works = False
            for answers in self._waiting.values():
                # The relay has stopped.
                for answer in answers:
                    answer.cancel()
            self._waiting.clear()

    async def _more_come(self) -> None:
        """Wait until nobody has come for a moment, the question is full, or time is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.longest_pause
        before = -1
        while before < len(self._waiting) < MOST and loop.time() < end:
            before = len(self._waiting)
            await asyncio.sleep(QUIET)

    async def _answer(self, some: dict[Key, Answers]) -> None:
        try:
            found = await self._ask(list(some))
        except Unavailable:
            for answers in some.values():
                _refuse(answers, Unavailable())
        except Exception as error:
            if len(some) > 1:
                logger.warning("Sessions are asked for one by one: %s", error)
                for key, answers in some.items():
                    await self._answer({key: answers})
            else:
                for answers in some.values():
                    _refuse(answers, error)
        else:
            for answers, admission in zip(some.values(), found, strict=True):
                for answer in _open(answers):
                    answer.set_result(admission)


def _refuse(answers: Answers, error: Exception) -> None:
    for answer in _open(answers):
        answer.set_exception(error)


def _open(answers: Answers) -> Answers:
    """Without those whose asker has gone away."""
    return [answer for answer in answers if not answer.done()]
