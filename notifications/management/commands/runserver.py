"""Django's ``runserver`` with our server: reloads on changes, and serves the live addresses."""

from __future__ import annotations

from typing import Any

from daphne.management.commands.runserver import Command as DaphneCommand

from notifications.conf import options
from notifications.server import Server


class Command(DaphneCommand):
    """Daphne's command with our server; ``notifications`` stands before ``daphne`` in the apps."""

    server_cls = Server

    def check(self, *args: Any, **keywords: Any) -> None:
        """Look at the database as well: one that cannot hold a log must not be served from."""
        keywords["databases"] = keywords.get("databases") or [options.DATABASE]
        super().check(*args, **keywords)
