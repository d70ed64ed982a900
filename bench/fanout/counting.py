"""An app for the site under test that counts the queries of its process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_counts: Counter[str] = Counter()


def counted() -> dict[str, int]:
    """Queries by thread, its number left out."""
    return dict(_counts)


def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Count one query and make it."""
    _counts[threading.current_thread().name.rstrip("0123456789_-")] += 1
    return execute(sql, params, many, context)


def watch(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Count on a connection; one that comes back from a pool is not counted twice."""
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.append(count)


class Counting(AppConfig):
    """What INSTALLED_APPS names."""

    name = "bench.fanout.counting"
    label = "bench_counting"

    def ready(self) -> None:
        connection_created.connect(watch, dispatch_uid="bench.counting")
