"""A query that is asked every second and has no parts that change, put into SQL only once.

Django's query language takes longer to write it than the database to answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from notifications.conf import options


class WrittenOnce:
    """The rows of a ``values_list``, as the database gives them."""

    def __init__(self, query: Callable[[], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self._query = query
        self._by_vendor: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def rows(self) -> list[tuple[Any, ...]]:
        """What the database has now."""
        connection = connections[options.DATABASE]
        written = self._by_vendor.get(connection.vendor)
        if written is None:
            compiler = self._query().query.get_compiler(connection=connection)
            written = self._by_vendor[connection.vendor] = compiler.as_sql()
        with connection.cursor() as cursor:
            cursor.execute(*written)
            return list(cursor.fetchall())
