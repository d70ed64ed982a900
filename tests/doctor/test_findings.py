"""What is found in database, channel layer, settings and files, each with its cure."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from notifications.doctor import Case, Measured, examine
from notifications.doctor.database import missing_indexes
from notifications.models import Notification, clock
from notifications.operating import processes
from tests.support.databases import on_postgresql
from tests.support.services import Valkey, new_valkey

CORE = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"

pytestmark = pytest.mark.django_db


def finding(id: str, **measured: Any) -> dict[str, Any]:
    (found,) = examine(Case(Measured(**measured)), [id])
    return found.wire()


def redis(backend: str, url: str) -> dict[str, Any]:
    host = {"address": url, "socket_timeout": 15}
    return {"default": {"BACKEND": backend, "CONFIG": {"hosts": [host]}}}


@pytest.fixture(scope="module")
def ended() -> str:
    """The address of a Redis that is no more."""
    server = new_valkey()
    server.stop()
    return server.connection_url


@pytest.fixture
def frozen() -> Iterator[str]:
    """The address of a Redis that takes connections and never answers."""
    server = new_valkey()
    process = server._process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    yield server.connection_url
    process.send_signal(signal.SIGCONT)


@pytest.fixture
def postgresql(transactional_db: None) -> Iterator[None]:
    with on_postgresql():
        yield


def test_a_database_that_is_up_to_date_is_in_order(database: str) -> None:
    assert finding("app")["state"] == finding("indexes")["state"] == "done"
    assert finding("clock")["state"] == "done"
    assert finding("clock")["figure"]["skew_ms"] == pytest.approx(0, abs=1_000)


def test_a_migration_that_is_not_applied_is_named_with_the_command(database: str) -> None:
    ((_app, last),) = MigrationLoader(connection).graph.leaf_nodes("notifications")
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("notifications", last)
    try:
        found = finding("app")
    finally:
        recorder.record_applied("notifications", last)
    assert found["state"] == "problem"
    assert f"notifications.{last}" in found["words"]
    assert found["fix"] == "python manage.py migrate"


def test_a_missing_index_is_made_by_the_statement_it_shows(database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX notification_due")
        found = finding("indexes")
        assert (found["state"], found["figure"]) == ("problem", {"indexes": 1})
        assert "notification_due" in found["words"]
        cursor.execute(found["fix"].rstrip(";"))
    assert finding("indexes")["state"] == "done"


def test_an_index_that_postgresql_has_not_finished_is_missing(postgresql: None) -> None:
    table = Notification._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false"
            " WHERE indexrelid = 'notification_search'::regclass"
        )
        assert set(missing_indexes()) == {"notification_search"}
        for statement in finding("indexes")["fix"].splitlines():
            cursor.execute(statement)
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'notification_search'")
        (definition,) = cursor.fetchone()
    assert f"{table} USING gin (search) WITH (gin_pending_list_limit='256')" in definition
    assert missing_indexes() == {}


@pytest.mark.parametrize(("shift", "word"), [("+1 hour", "behind"), ("-1 hour", "ahead")])
def test_clocks_that_differ_are_a_problem(
    monkeypatch: pytest.MonkeyPatch, shift: str, word: str
) -> None:
    monkeypatch.setattr(clock, "SQLITE", clock.SQLITE.replace("'now'", f"'now', '{shift}'"))
    found = finding("clock")
    assert found["state"] == "problem"
    assert word in found["words"]
    assert abs(found["figure"]["skew_ms"]) == pytest.approx(3_600_000, abs=10_000)


@pytest.mark.parametrize("backend", [CORE, PUBSUB])
def test_a_redis_answers_in_so_many_milliseconds(
    settings: Settings, valkey: Valkey, backend: str
) -> None:
    settings.CHANNEL_LAYERS = redis(backend, valkey.connection_url)
    found = finding("layer")
    assert found["state"] == "done", found
    assert 0 < found["figure"]["round_trip_ms"] < 500
    assert "Redis answers" in found["words"]


@pytest.mark.parametrize("backend", [CORE, PUBSUB])
def test_a_redis_that_is_away_is_a_problem(settings: Settings, ended: str, backend: str) -> None:
    settings.CHANNEL_LAYERS = redis(backend, ended)
    found = finding("layer")
    assert found["state"] == "problem"
    assert "does not answer (ConnectionError)" in found["words"]
    assert ended not in str(found)


@pytest.mark.parametrize("backend", [CORE, PUBSUB])
def test_a_redis_that_hangs_is_a_problem_after_two_seconds(
    settings: Settings, frozen: str, backend: str
) -> None:
    settings.CHANNEL_LAYERS = redis(backend, frozen)
    start = time.monotonic()
    found = finding("layer")
    assert time.monotonic() - start < 20
    assert found["state"] == "problem"
    assert "does not answer (TimeoutError)" in found["words"]


def test_several_processes_with_a_layer_each_are_a_problem() -> None:
    assert finding("layer")["state"] == "done"
    for _ in range(2):
        processes.write(processes.Identity(), {})
    found = finding("layer")
    assert (found["state"], found["figure"]) == ("problem", {"processes": 2})
    assert found["fix"].startswith("REDIS_URL=")


def test_settings_that_the_checks_find_wrong_are_shown_with_their_hints(
    settings: Settings,
) -> None:
    settings.DEBUG = True
    assert finding("settings")["state"] == "done"
    settings.NOTICEBOARD = {"PAGE_SIZES": 10, "HEARTBEAT_SECOND": 5}
    found = finding("settings")
    assert found["state"] == "problem"
    assert "noticeboard.E001" in found["words"]
    assert "Did you mean PAGE_SIZE?" in found["fix"]
    settings.SILENCED_SYSTEM_CHECKS = ["noticeboard.E001"]
    assert finding("settings")["state"] == "done"


def test_addresses_that_nobody_has_included_are_missing(settings: Settings) -> None:
    assert finding("addresses")["state"] == "done"
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    found = finding("addresses")
    assert found["state"] == "problem"
    assert found["fix"] == 'path("", include("notifications.urls")),'


@pytest.mark.parametrize(
    ("status", "kind", "state"),
    [
        (None, None, "done"),
        (200, "text/javascript; charset=utf-8", "done"),
        (404, "text/html", "problem"),
        (200, "text/html", "problem"),
    ],
)
def test_the_first_module_has_to_be_had(
    settings: Settings, status: int | None, kind: str | None, state: str
) -> None:
    settings.DEBUG = True
    found = finding("static", module_status=status, module_type=kind)
    assert found["state"] == state
    assert ("alias" in found["fix"]) == (state == "problem")


def test_files_that_were_not_collected_have_no_address(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    found = finding("static")
    assert found["state"] == "problem"
    assert found["fix"] == "python manage.py collectstatic --noinput"


def test_a_template_with_the_bell_is_found(settings: Settings, tmp_path: Path) -> None:
    assert finding("bell")["state"] == "todo"
    (tmp_path / "shop").mkdir()
    base = tmp_path / "shop" / "base.html"
    base.write_text(finding("bell")["fix"])
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    found = finding("bell")
    assert (found["state"], found["words"]) == ("done", "The bell is in base.html.")


def test_what_cannot_be_looked_at_is_a_problem_and_the_rest_is_looked_at(
    settings: Settings,
) -> None:
    settings.NOTICEBOARD = {"DATABASE": "nowhere"}
    found = {each.id: each for each in examine(Case())}
    assert found["clock"].state == found["app"].state == "problem"
    assert "ConnectionDoesNotExist" in found["clock"].said.words
    assert found["push"].state == "skipped"
