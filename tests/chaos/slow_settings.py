"""A site whose reads of the log take their time: what may happen meanwhile does."""

import time
from collections.abc import Callable
from typing import Any

from django.db.backends.signals import connection_created

from tests.chaos.site_settings import *  # noqa: F403

SECONDS = 0.05


def slowly(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Wait before and after a replay's question for the numbers of its events."""
    replay = sql.lstrip().startswith("SELECT") and "notifications_eventtopic" in sql
    if not replay:
        return execute(sql, params, many, context)
    time.sleep(SECONDS)
    found = execute(sql, params, many, context)
    time.sleep(SECONDS)
    return found


def slow_down(connection: Any, **_: Any) -> None:
    if slowly not in connection.execute_wrappers:
        connection.execute_wrappers.append(slowly)


connection_created.connect(slow_down, dispatch_uid="tests.chaos.slow_settings")
