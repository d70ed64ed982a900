"""The one row of the counter, with a random origin that tells this log from every other."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import migrations


def make_counter(apps: Any, schema_editor: Any) -> None:
    origin = secrets.token_hex(4)
    apps.get_model("notifications", "Counter").objects.using(
        schema_editor.connection.alias
    ).get_or_create(pk=1, defaults={"head": 0, "tag": origin, "floor": 0, "origin": origin})


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [migrations.RunPython(make_counter, migrations.RunPython.noop)]
