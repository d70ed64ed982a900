"""Where rows take place: a site with its database, its Redis and the processes that publish."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.oracle import Oracle
from tests.chaos.postgres import Postgres
from tests.chaos.publisher_client import Publisher
from tests.chaos.redis import Redis
from tests.support.site import ROOT, Site

SETTINGS = "tests.chaos.site_settings"
# Small enough that both ways of a replay, from memory and from the log, are tried.
OPTIONS = {"MEMORY_EVENTS": 200}


@dataclass(frozen=True)
class Plan:
    """What a site is like. Rows of equal plans share one.

    `options`: NOTICEBOARD's; `environment`: of every process; `postgres`: settings of a cluster of
    its own; `serve`: workers of one `manage.py serve` instead of `runserver` processes; `fresh`:
    for one row only.
    """

    database: str = "postgresql"
    processes: int = 2
    redis: bool = True
    options: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    postgres: dict[str, Any] = field(default_factory=dict)
    serve: int = 0
    fresh: bool = False

    @property
    def key(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


class ServedSite(Site):
    """`manage.py serve --workers N`: one address, however many processes."""

    workers = 2

    def launch(self, number: int) -> None:
        host, port = self.address(number).split(":")
        words = ["manage.py", "serve", "--host", host, "--port", port]
        self.servers[number] = self.program([*words, "--workers", str(self.workers)], number)


class Place:
    """One site and all that belongs to it."""

    def __init__(self, plan: Plan, services: Services):
        self.plan = plan
        self.redis = Redis() if plan.redis else None
        self.postgres: Postgres | None = None
        url = ""
        if plan.database == "postgresql":
            self.postgres = Postgres(plan.postgres) if plan.postgres else services.postgres()
            url = services.tables(self.postgres)
        kind = type("Served", (ServedSite,), {"workers": plan.serve}) if plan.serve else Site
        self.site: Site = kind(
            url,
            self.redis.valkey if self.redis else None,
            processes=1 if plan.serve else plan.processes,
            options={**OPTIONS, **plan.options},
            environment={"DJANGO_SETTINGS_MODULE": SETTINGS, **plan.environment},
            migrated=bool(url),
        )
        self.oracle = Oracle(self.site.environment["DATABASE_URL"])
        self.publishers: list[Publisher] = []
        self.frozen: set[int] = set()

    def publisher(self, number: int) -> Publisher:
        """One of the processes that publish; started when it is asked for."""
        while len(self.publishers) <= number:
            log = self.site.folder / f"publisher-{len(self.publishers)}.log"
            self.publishers.append(Publisher(self.site.environment, log))
        return self.publishers[number]

    def logs(self) -> list[Path]:
        return sorted(self.site.folder.glob("server-*.log"))

    def thaw(self, number: int) -> None:
        server = self.site.servers[number]
        if server is not None:
            server.process.send_signal(signal.SIGCONT)
        self.frozen.discard(number)

    def mend(self) -> None:
        """Everything runs again, whatever a row has done."""
        for number in list(self.frozen):
            self.thaw(number)
        if self.redis is not None:
            self.redis.mend()
        if self.postgres is not None and not self.postgres.answers:
            self.postgres.start()
        for number, server in enumerate(self.site.servers):
            if server is None or server.process.poll() is not None:
                self.site.restart(number)
        for publisher in self.publishers:
            publisher.end()

    def close(self) -> None:
        for number in list(self.frozen):
            self.thaw(number)
        for publisher in self.publishers:
            publisher.kill()
        if self.redis is not None:
            with contextlib.suppress(AssertionError):
                self.redis.mend()
        self.site.close()


class Services:
    """The cluster that the sites share, and the places that are open, by their plans."""

    def __init__(self) -> None:
        self._postgres: Postgres | None = None
        self._templates: dict[Postgres, str] = {}
        self._places: dict[str, Place] = {}

    def postgres(self) -> Postgres:
        if self._postgres is None:
            self._postgres = Postgres()
        return self._postgres

    def tables(self, postgres: Postgres) -> str:
        """A new database with our tables in it: they are made once and copied."""
        if postgres not in self._templates:
            url = postgres.new_database()
            migrate(url)
            self._templates[postgres] = url.split("?")[0].rsplit("/", 1)[1]
        return postgres.new_database(self._templates[postgres])

    def place(self, plan: Plan) -> Place:
        """The open place of a plan, or a new one."""
        if plan.key not in self._places:
            # Processes that nobody asks anything of take time from those that are watched.
            self.close()
            self._places[plan.key] = Place(plan, self)
        return self._places[plan.key]

    def drop(self, plan: Plan) -> None:
        """Close a place that a row has left broken, or had for itself."""
        place = self._places.pop(plan.key, None)
        if place is not None:
            place.close()

    def close(self) -> None:
        for place in self._places.values():
            place.close()
        self._places.clear()


def migrate(url: str) -> None:
    """Make our tables in an empty database."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": url,
        "REDIS_URL": "",
    }
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        check=True,
    )
