"""The database of the model: a call reads when it is told to, and answers when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass
class Call:
    work: Callable[..., Any]
    args: tuple[Any, ...]
    result: asyncio.Future[Any]
    has_read: bool = False
    value: Any = None
    error: BaseException | None = None


class Steps:
    """Calls that wait for their next step. Real code reads the real tables, only later."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def __len__(self) -> int:
        return len(self._calls)

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        call = Call(work, args, asyncio.get_running_loop().create_future())
        self._calls.append(call)
        return await call.result  # type: ignore[no-any-return]

    def stop(self) -> None:
        pass

    def read(self, which: int) -> None:
        unread = [call for call in self._calls if not call.has_read]
        if not unread:
            return
        call = unread[which % len(unread)]
        call.has_read = True
        try:
            call.value = call.work(*call.args)
        except Exception as error:
            call.error = error

    def answer(self, which: int) -> None:
        ready = [call for call in self._calls if call.has_read]
        if not ready:
            return
        call = ready[which % len(ready)]
        self._calls.remove(call)
        if call.result.done():
            return
        if call.error is not None:
            call.result.set_exception(call.error)
        else:
            call.result.set_result(call.value)
