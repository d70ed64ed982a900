"""The settings of the site, read by a fresh process in the environment that a test gives it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

SHOW = """
import json
from project import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()},
                 default=str))
"""

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a key of sixty characters that was made for these tests only",
    "ALLOWED_HOSTS": "board.example.org",
}


def start(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings(var: Path, **environment: str) -> dict[str, Any]:
    answer = start(SHOW, {"VAR_DIR": str(var), **environment})
    assert answer.returncode == 0, answer.stderr
    loaded: dict[str, Any] = json.loads(answer.stdout)
    return loaded


def test_it_needs_no_variable_in_development(tmp_path: Path) -> None:
    loaded = settings(tmp_path)
    assert loaded["DEBUG"] is True
    assert loaded["DATABASES"]["default"]["NAME"] == str(tmp_path / "db.sqlite3")
    assert loaded["CHANNEL_LAYERS"]["default"]["BACKEND"].endswith("InMemoryChannelLayer")


def test_it_makes_a_secret_key_once_and_for_this_user_only(tmp_path: Path) -> None:
    first = settings(tmp_path)["SECRET_KEY"]
    assert settings(tmp_path)["SECRET_KEY"] == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def test_it_opens_sqlite_in_the_way_that_the_log_needs(tmp_path: Path) -> None:
    options = settings(tmp_path)["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert options["init_command"] == "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"


def test_it_survives_a_power_cut_on_sqlite_in_production(tmp_path: Path) -> None:
    options = settings(tmp_path, **PRODUCTION)["DATABASES"]["default"]["OPTIONS"]
    assert "synchronous=FULL" in options["init_command"]


def test_it_pools_postgresql_connections_and_keeps_none_in_a_thread(tmp_path: Path) -> None:
    url = "postgresql://board:secret@db.example.org:5433/board"
    database = settings(tmp_path, DATABASE_URL=url, DATABASE_POOL="4")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["CONN_MAX_AGE"] == 0
    assert database["OPTIONS"]["pool"]["max_size"] == 4


@pytest.mark.parametrize(("kind", "module"), [("pubsub", "pubsub"), ("core", "core")])
def test_it_speaks_to_redis_with_a_long_enough_timeout(
    tmp_path: Path, kind: str, module: str
) -> None:
    url = "redis://:secret@localhost:6379/1"
    layer = settings(tmp_path, REDIS_URL=url, REDIS_LAYER=kind)["CHANNEL_LAYERS"]["default"]
    assert layer["BACKEND"].startswith(f"channels_redis.{module}.")
    assert layer["CONFIG"]["hosts"] == [{"address": url, "socket_timeout": 15}]


def test_it_gives_production_host_cookies_over_tls_only(tmp_path: Path) -> None:
    loaded = settings(tmp_path, **PRODUCTION)
    assert loaded["DEBUG"] is False
    for kind in ("SESSION", "CSRF"):
        assert loaded[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert loaded[f"{kind}_COOKIE_SECURE"] is True
    assert loaded["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_it_trusts_a_forwarded_scheme_only_behind_a_proxy(tmp_path: Path) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in settings(tmp_path, **PRODUCTION)
    behind = settings(tmp_path, **PRODUCTION, PROXIES="1")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY can be guessed. Make one with"),
        ({"SECRET_KEY": "k" * 60}, "SECRET_KEY can be guessed"),
        ({"SECRET_KEY": "django-insecure-" + PRODUCTION["SECRET_KEY"]}, "SECRET_KEY can be"),
        ({"SECRET_KEY_FALLBACKS": "old"}, "SECRET_KEY_FALLBACKS[0] can be guessed"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "board.example.org,*"}, "ALLOWED_HOSTS lets every host in"),
        ({"ALLOWED_HOSTS": "."}, "ALLOWED_HOSTS lets every host in"),
    ],
)
def test_it_refuses_to_start_in_production_what_is_open_to_strangers(
    tmp_path: Path, environment: dict[str, str], words: str
) -> None:
    changed = {"VAR_DIR": str(tmp_path), **PRODUCTION, **environment}
    answer = start("import project.settings", changed)
    assert answer.returncode != 0
    assert words in answer.stderr
    assert PRODUCTION["SECRET_KEY"] not in answer.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ENVIRONMENT": "production"}, "SECRET_KEY is not set. Make one with"),
        ({"ENVIRONMENT": "staging"}, "one of development, production"),
        ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps'"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with sqlite:// or"),
        ({"REDIS_URL": "localhost"}, "REDIS_URL must begin with redis://"),
        ({"REDIS_LAYER": "streams"}, "one of pubsub, core"),
        ({"CSRF_TRUSTED_ORIGINS": "a.org"}, "an origin such as"),
        ({"PROXIES": "yes"}, "a whole number"),
        ({"SQLITE_SYNCHRONOUS": "off"}, "one of normal, full"),
    ],
)
def test_it_refuses_to_start_and_says_why(
    tmp_path: Path, environment: dict[str, str], words: str
) -> None:
    answer = start("import project.settings", {"VAR_DIR": str(tmp_path), **environment})
    assert answer.returncode != 0
    assert words in answer.stderr


def test_a_server_waits_less_for_a_locked_file_than_a_command(tmp_path: Path) -> None:
    show = "print(json.dumps(connections['default'].get_connection_params()['timeout']))"
    code = "import json; from django.db import connections; import django; django.setup(); "
    environment = {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "project.settings"}
    command, server = (
        start(code + before + show, environment) for before in ("", "import project.asgi; ")
    )
    assert (command.stdout.strip(), server.stdout.strip()) == ("20", "5"), server.stderr
