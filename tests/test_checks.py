"""System checks: each way to misconfigure us is found, named by its id, and told its cure."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import Settings

from notifications.models import clock

# Django's own check of a JSONField asks the database whether it knows JSON.
pytestmark = pytest.mark.django_db

IMMEDIATE = {"transaction_mode": "IMMEDIATE", "timeout": 20}


def found(settings: Settings, name: str, value: Any, deploy: bool = False) -> dict[str, str]:
    """Our checks' ids with their hints, with one setting changed."""
    setattr(settings, name, value)
    return ours(run_checks(include_deployment_checks=deploy))


def ours(messages: list[CheckMessage]) -> dict[str, str]:
    return {
        str(message.id).removeprefix("noticeboard."): str(message.hint)
        for message in messages
        if str(message.id).startswith("noticeboard.")
    }


def sqlite(**options: Any) -> dict[str, Any]:
    engine = "django.db.backends.sqlite3"
    return {"default": {"ENGINE": engine, "NAME": "x", "OPTIONS": IMMEDIATE | options}}


def postgresql(**changes: Any) -> dict[str, Any]:
    database = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0, "OPTIONS": {}}
    return {"default": database | changes}


def redis(kind: str, host: Any, **config: Any) -> dict[str, Any]:
    backend = {
        "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "core": "channels_redis.core.RedisChannelLayer",
    }[kind]
    return {"default": {"BACKEND": backend, "CONFIG": {"hosts": [host], **config}}}


def test_it_finds_nothing_in_the_settings_of_this_site() -> None:
    assert ours(run_checks(include_deployment_checks=True)) == {}


@pytest.mark.parametrize(
    ("options", "number", "cure"),
    [
        ({"HEARTBEAT_SECOND": 20}, "E001", "Did you mean HEARTBEAT_SECONDS?"),
        ({"COLOUR": "red"}, "E001", "There are: DATABASE, LAYER"),
        ({"PAGE_SIZE": "25"}, "E002", "The default is 25."),
        ({"PAGE_SIZE": True}, "E002", "The default is 25."),
        ({"ORIGINS": "https://a.org"}, "E002", "The default is ()."),
        ({"MANDATORY": ["Critical"]}, "E003", "info, success, warning, critical"),
        ({"HEARTBEAT_SECONDS": 60}, "W004", "Use 25 or less."),
        ({"DATABASE": "replica"}, "E010", "There are: default."),
        ({"LAYER": "hints"}, "E020", "InMemoryChannelLayer"),
    ],
)
def test_it_finds_wrong_options(settings: Settings, options: Any, number: str, cure: str) -> None:
    assert cure in found(settings, "NOTICEBOARD", options)[number]


def test_it_wants_our_app_before_daphne(settings: Settings) -> None:
    checked = found(settings, "INSTALLED_APPS", list(reversed(settings.INSTALLED_APPS)))
    assert checked["E005"] == 'Put "notifications" before "daphne".'


@pytest.mark.parametrize("path", [None, "project.nothing.application", "project.asgi.app"])
def test_it_wants_an_asgi_application(settings: Settings, path: str | None) -> None:
    assert "with_transports()" in found(settings, "ASGI_APPLICATION", path)["E006"]


def test_it_wants_sessions_that_the_server_can_end(settings: Settings) -> None:
    engine = "django.contrib.sessions.backends.signed_cookies"
    assert "backends.db" in found(settings, "SESSION_ENGINE", engine)["W007"]


def test_it_wants_eventstream_to_follow_our_rules(settings: Settings) -> None:
    name = "EVENTSTREAM_CHANNELMANAGER_CLASS"
    assert name in found(settings, name, "django_eventstream.channelmanager.X")["W008"]


@pytest.mark.parametrize(
    ("databases", "number", "cure"),
    [
        ({"default": {"ENGINE": "django.db.backends.mysql"}}, "E011", "SQLite or PostgreSQL"),
        (sqlite(transaction_mode="DEFERRED"), "E012", "IMMEDIATE"),
        (sqlite(transaction_mode=None), "E012", "IMMEDIATE"),
        (sqlite(timeout=2), "W013", '"timeout": 20'),
        (postgresql(CONN_MAX_AGE=60), "W014", "CONN_MAX_AGE = 0"),
        (postgresql(CONN_MAX_AGE=None), "W014", "CONN_MAX_AGE = 0"),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_it_wants_the_database_opened_as_the_log_needs_it(
    settings: Settings, databases: dict[str, Any], number: str, cure: str
) -> None:
    assert cure in found(settings, "DATABASES", databases)[number]


@pytest.fixture
def lonely_database(tmp_path: Path, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A SQLite file that nobody else has open: only then can its journal mode be changed."""
    usual = connections["default"]
    lonely = usual.copy()
    lonely.settings_dict["NAME"] = str(tmp_path / "lonely.sqlite3")
    connections["default"] = lonely
    with django_db_blocker.unblock():
        yield lonely
    lonely.close()
    connections["default"] = usual


def test_it_looks_at_the_journal_mode_itself(lonely_database: BaseDatabaseWrapper) -> None:
    assert ours(run_checks(databases=["default"])) == {}
    with lonely_database.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=DELETE")
    assert "journal_mode=WAL" in ours(run_checks(databases=["default"]))["E015"]


@pytest.mark.parametrize(
    "host",
    [
        "redis://localhost",
        ("localhost", 6379),
        {"address": "redis://localhost"},
        {"address": "redis://localhost", "socket_timeout": 5},
    ],
)
def test_it_wants_the_core_layer_to_wait_long_enough(settings: Settings, host: Any) -> None:
    assert '"socket_timeout": 15' in found(settings, "CHANNEL_LAYERS", redis("core", host))["E021"]


@pytest.mark.parametrize("kind", ["core", "pubsub"])
def test_it_accepts_a_redis_that_waits(settings: Settings, kind: str) -> None:
    host = {"address": "redis://localhost", "socket_timeout": 15}
    assert found(settings, "CHANNEL_LAYERS", redis(kind, host)) == {}


@pytest.mark.parametrize(
    ("host", "numbers"),
    [
        ("redis://localhost", {"W030", "W032"}),
        ("redis://:secret@cache.example.org", {"W031", "W032"}),
        ("rediss://:secret@cache.example.org", {"W032"}),
        ({"address": "rediss://cache.example.org", "password": "secret"}, {"W032"}),
        ("unix:///run/redis.sock", {"W032"}),
        ({"host": "cache.example.org", "ssl": True, "password": "secret"}, {"W032"}),
        (
            {"master_name": "ops", "sentinels": [("s.example.org", 26379)], "password": "secret"},
            {"W031", "W032"},
        ),
    ],
)
def test_it_wants_redis_to_keep_strangers_out(
    settings: Settings, host: Any, numbers: set[str]
) -> None:
    layers = redis("pubsub", host)
    assert set(found(settings, "CHANNEL_LAYERS", layers, deploy=True)) == numbers
    assert found(settings, "CHANNEL_LAYERS", layers) == {}


def test_it_accepts_a_redis_with_password_tls_and_keys(settings: Settings) -> None:
    layers = redis("pubsub", "rediss://:s@cache.example.org", symmetric_encryption_keys=["key"])
    assert found(settings, "CHANNEL_LAYERS", layers, deploy=True) == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"HOST": "db.example.org"}, {"W033"}),
        ({"HOST": "db.example.org", "OPTIONS": {"sslmode": "prefer"}}, {"W033"}),
        ({"HOST": "db.example.org", "OPTIONS": {"sslmode": "verify-full"}}, set()),
        ({"HOST": "localhost"}, set()),
        ({"HOST": "/run/postgresql"}, set()),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_it_wants_tls_to_a_postgresql_elsewhere(
    settings: Settings, changes: dict[str, Any], expected: set[str]
) -> None:
    databases = postgresql(PASSWORD="secret", **changes)
    assert set(found(settings, "DATABASES", databases, deploy=True)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"HOST": "db.example.org"}, {"E016"}),
        ({"HOST": "db.example.org", "PASSWORD": ""}, {"E016"}),
        ({"HOST": "db.example.org", "PASSWORD": "secret"}, set()),
        ({"HOST": "db.example.org", "OPTIONS": {"sslcert": "client.crt"}}, set()),
        ({"HOST": "db.example.org", "OPTIONS": {"passfile": "/etc/pgpass"}}, set()),
        ({"HOST": "localhost"}, set()),
        ({"HOST": "/run/postgresql"}, set()),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_it_refuses_a_postgresql_elsewhere_that_asks_for_no_password(
    settings: Settings, changes: dict[str, Any], expected: set[str]
) -> None:
    assert set(found(settings, "DATABASES", postgresql(**changes))) == expected
    settings.DEBUG = True
    assert ours(run_checks()) == {}


@pytest.mark.parametrize("address", ["redis://cache.example.org", "rediss://cache.example.org"])
def test_it_refuses_a_redis_elsewhere_that_asks_for_no_password(
    settings: Settings, address: str
) -> None:
    layers = redis("pubsub", address)
    assert "PASSWORD" in found(settings, "CHANNEL_LAYERS", layers)["E022"]
    settings.DEBUG = True
    assert ours(run_checks()) == {}


def test_it_wants_our_addresses_in_the_project(settings: Settings) -> None:
    cure = found(settings, "ROOT_URLCONF", "django.contrib.auth.urls")["W034"]
    assert 'include("notifications.urls")' in cure


def test_it_wants_every_index(db: None) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("DROP INDEX notification_due")
    checked = ours(run_checks(databases=["default"]))
    assert 'CREATE INDEX "notification_due" ON' in checked["W035"]
    assert "W035" not in ours(run_checks())


@pytest.mark.parametrize("shift", ["+1 hour", "-1 hour"])
def test_it_wants_the_clock_of_the_database(monkeypatch: pytest.MonkeyPatch, shift: str) -> None:
    there = clock.SQLITE.replace("'now'", f"'now', '{shift}'")
    monkeypatch.setattr(clock, "SQLITE", there)
    assert "NTP" in ours(run_checks(databases=["default"]))["W036"]


def test_it_wants_a_policy_where_strangers_are(settings: Settings) -> None:
    others = [path for path in settings.MIDDLEWARE if "csp" not in path.lower()]
    assert "default-src 'self'" in found(settings, "MIDDLEWARE", others, deploy=True)["W037"]
    assert found(settings, "MIDDLEWARE", others) == {}
