"""Run functions at once, in threads that leave no database connection behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connections

T = TypeVar("T")
DEADLINE = 60.0


def at_once(*functions: Callable[[], T]) -> list[T]:
    """Start all functions at the same moment, each in a thread; their results, in order.

    Raises what the first failing one raised, and `TimeoutError` after a minute.
    """
    barrier = threading.Barrier(len(functions))

    def run(function: Callable[[], T]) -> T:
        barrier.wait(DEADLINE)
        return _and_close(function)

    with ThreadPoolExecutor(len(functions)) as pool:
        return [each.result(DEADLINE) for each in [pool.submit(run, f) for f in functions]]


@contextmanager
def beside(function: Callable[[], T]) -> Any:
    """Run one function in a thread beside the block; gives its future."""
    with ThreadPoolExecutor(1) as pool:
        future: Future[T] = pool.submit(_and_close, function)
        yield future


def _and_close(function: Callable[[], T]) -> T:
    try:
        return function()
    finally:
        connections.close_all()
