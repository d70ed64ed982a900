"""Serve the site in production: Daphne with what the transports need, in one or more processes."""

from __future__ import annotations

import asyncio
import sys
from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.management.commands.runserver import get_default_application
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from notifications import relay
from notifications.conf import options as noticeboard
from notifications.server import Server, reactor
from notifications.workers import Child, Supervisor, listen, shared_figures, take_place

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
#: What stands in docs/deploy/env.example, which anybody can read.
EXAMPLE_KEY = "replace-me"


class Command(BaseCommand):
    """``manage.py serve``."""

    help = _(
        "Serve the site with Daphne. On SIGTERM it says that it is not ready, sends everybody "
        "away to come back, and stops; a second SIGTERM stops at once. With several workers "
        "SIGHUP replaces them one by one, each when its successor is ready."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, with how many processes, and behind what."""
        parser.add_argument("--host", default=DEFAULT_HOST)
        parser.add_argument("--port", type=int, default=DEFAULT_PORT)
        parser.add_argument("--uds", metavar="PATH", help=_("Listen on a Unix socket instead."))
        parser.add_argument(
            "--workers",
            type=int,
            default=1,
            help=_("Processes. More than one need PostgreSQL, and Redis to be quick."),
        )
        parser.add_argument(
            "--proxy-headers",
            action="store_true",
            help=_("A proxy of yours is in front: the last X-Forwarded-For is the client."),
        )
        # What the supervisor tells its workers: the socket that they share, and their line to it.
        parser.add_argument("--fd", type=int, help=SUPPRESS)
        parser.add_argument("--line", type=int, help=SUPPRESS)

    def check(self, *args: Any, **keywords: Any) -> None:
        """Look at the database as well: one that cannot hold a log must not be served from."""
        keywords["databases"] = keywords.get("databases") or [noticeboard.DATABASE]
        super().check(*args, **keywords)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        if settings.SECRET_KEY.startswith(EXAMPLE_KEY):
            raise CommandError(_("SECRET_KEY is that of the example: everybody knows it."))
        if options["workers"] < 1:
            raise CommandError(_("--workers must be 1 or more."))
        if options["workers"] > 1:
            self._supervise(options)
        else:
            reactor.callWhenRunning(_begin_canary)
            if options["fd"] is not None:
                self._serve_shared(options)
            else:
                self._serve(options)

    def _supervise(self, options: dict[str, Any]) -> None:
        try:
            shared = listen(options["host"], options["port"], options["uds"])
        except OSError as error:
            raise CommandError(_("Cannot listen: %s") % error) from error
        more = ["--proxy-headers"] if options["proxy_headers"] else []
        with shared_figures():
            Supervisor(shared, options["workers"], more).run()

    def _serve(self, options: dict[str, Any]) -> None:
        Server(get_default_application(), endpoints=_endpoints(options), **_around(options)).run()

    def _serve_shared(self, options: dict[str, Any]) -> None:
        child = Child(
            get_default_application(),
            shared=options["fd"],
            line=options["line"],
            **_around(options),
        )
        child.run()
        if child.failed:
            sys.exit(1)


def _begin_canary() -> None:
    # The loop does not run yet, and a relay is of a running one.
    loop = asyncio.get_event_loop()
    loop.call_soon(lambda: relay.current().parts.begin_canary())


def _around(options: dict[str, Any]) -> dict[str, Any]:
    return {
        "trust_proxy": options["proxy_headers"],
        "root_path": settings.FORCE_SCRIPT_NAME or "",
    }


def _endpoints(options: dict[str, Any]) -> list[str]:
    if options["uds"]:
        try:
            take_place(Path(options["uds"]))
        except OSError as error:
            raise CommandError(_("Cannot listen: %s") % error) from error
        return build_endpoint_description_strings(unix_socket=options["uds"])
    return build_endpoint_description_strings(host=options["host"], port=options["port"])
