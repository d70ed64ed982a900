"""Changes of large tables beside which everybody goes on reading and writing.

Each may be interrupted and run again. The migration needs ``atomic = False``.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

VALID = """
    SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relname = %s AND pg_table_is_visible(c.oid)
"""


class EnsureIndex(Operation):
    """Make an index that the model has, unless the table has it.

    On PostgreSQL without a lock on the writers; what such a thing leaves behind when it is
    interrupted is no index, and made anew.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name = model_name
        self.name = name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model has had it from an earlier migration on."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        (index,) = [each for each in model._meta.indexes if each.name == self.name]
        if schema_editor.connection.vendor == "postgresql":
            if not is_there(schema_editor, self.name):
                schema_editor.add_index(model, index, concurrently=True)
            return
        with schema_editor.connection.cursor() as cursor:
            table = model._meta.db_table
            names = schema_editor.connection.introspection.get_constraints(cursor, table)
        if self.name not in names:
            schema_editor.add_index(model, index)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """The model has it before, too."""

    def describe(self) -> str:
        return f"Make the index {self.name} if {self.model_name} does not have it"


def is_there(schema_editor: Any, name: str) -> bool:
    """Whether PostgreSQL has an index; the rest of an interrupted one is taken away."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(VALID, [name])
        row = cursor.fetchone()
    if row is not None and not row[0]:
        schema_editor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(name)}")
        return False
    return row is not None
