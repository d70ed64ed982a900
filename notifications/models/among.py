"""Rows whose field has one of many values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Lookup


class Among(Lookup):  # type: ignore[type-arg] # not subscriptable when it runs
    """A condition like ``__in``, for values that are there; to PostgreSQL they are one array.

    Who asks for a hundred sessions every second spends a quarter of the time on a hundred
    parameters. As in ``filter(Among("session_key", keys))``; there must be at least one.
    """

    prepare_rhs = False

    def __init__(self, field: Any, values: Iterable[Any]) -> None:
        super().__init__(F(field) if isinstance(field, str) else field, list(values))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Write a list of parameters."""
        lhs, params = self.process_lhs(compiler, connection)
        marks = ", ".join(["%s"] * len(self.rhs))
        return f"{lhs} IN ({marks})", (*params, *self._values(connection))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Write one parameter, which is an array."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", (*params, self._values(connection))

    def _values(self, connection: Any) -> list[Any]:
        prepare = self.lhs.output_field.get_db_prep_value
        return [prepare(value, connection) for value in self.rhs]
