"""REDIS_URL: one server, several, or by Sentinel, against real ones."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from project.redis_hosts import redis_hosts
from tests.support.sentinel import Watched
from tests.support.services import new_valkey
from tests.support.site import ROOT

SECONDS = 60
PASSWORD = "secret"


def test_one_server_is_one_host() -> None:
    url = "rediss://:secret@cache.example.org/1"
    assert redis_hosts(url) == [{"address": url, "socket_timeout": 15}]


def test_several_servers_stand_between_commas() -> None:
    found = redis_hosts("redis://:a@one:6379/0, rediss://:b@two ,unix:///run/redis.sock")
    assert [each["address"] for each in found] == [
        "redis://:a@one:6379/0",
        "rediss://:b@two",
        "unix:///run/redis.sock",
    ]


def test_sentinels_are_asked_where_the_master_is() -> None:
    url = "rediss+sentinel://board:p%2Fw@one,two:26380,[::1]:5/ops/3?sentinel_password=s%26s"
    assert redis_hosts(url) == [
        {
            "master_name": "ops",
            "sentinels": [("one", 26379), ("two", 26380), ("::1", 5)],
            "sentinel_kwargs": {
                "socket_timeout": 0.2,
                "retry": None,
                "password": "s&s",
                "ssl": True,
            },
            "socket_timeout": 15,
            "username": "board",
            "password": "p/w",
            "db": 3,
            "ssl": True,
        }
    ]


def test_a_sentinel_needs_neither_password_nor_number() -> None:
    (host,) = redis_hosts("redis+sentinel://one:26379/ops")
    assert host == {
        "master_name": "ops",
        "sentinels": [("one", 26379)],
        "sentinel_kwargs": {"socket_timeout": 0.2, "retry": None},
        "socket_timeout": 15,
    }


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("secret", "must begin with redis:// or rediss:// or unix://"),
        ("http://:secret@one", "or redis+sentinel:// or rediss+sentinel://"),
        ("redis+sentinel://:secret@one", "must name the service"),
        ("redis+sentinel://:secret@one/ops/first", "must name the service"),
        ("redis+sentinel://:secret@one:x/ops", "a Sentinel is a host name"),
        ("redis+sentinel://:secret@one,/ops", "a Sentinel is a host name"),
    ],
)
def test_a_wrong_url_is_refused_and_never_repeated(url: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(words)) as refused:
        redis_hosts(url)
    assert "secret" not in str(refused.value)


class Hinted:
    """A process with the site's settings whose hints go through a Redis."""

    def __init__(self, url: str, kind: str, folder: Path) -> None:
        environment = {
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "REDIS_URL": url,
            "REDIS_LAYER": kind,
            "VAR_DIR": str(folder),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.hinted"],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def tell(self, word: str) -> None:
        """Return when it has been heard."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        answered, _, _ = select.select([self._process.stdout], [], [], SECONDS)
        assert answered, f"{word} was not heard within {SECONDS} s"
        assert self._process.stdout.readline().strip() == word

    def __enter__(self) -> Hinted:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.mark.parametrize("kind", ["pubsub", "core"])
def test_hints_go_through_the_master_and_through_its_successor(tmp_path: Path, kind: str) -> None:
    watched = Watched(PASSWORD)
    try:
        with Hinted(watched.url, kind, tmp_path) as hinted:
            hinted.tell("before")
            watched.stop_master()
            hinted.tell("after")
    finally:
        watched.close()


@pytest.mark.parametrize("kind", ["pubsub", "core"])
def test_hints_go_through_one_of_several_servers(tmp_path: Path, kind: str) -> None:
    servers = [new_valkey(), new_valkey()]
    try:
        urls = ",".join(each.connection_url for each in servers)
        with Hinted(urls, kind, tmp_path) as hinted:
            hinted.tell("before")
    finally:
        for server in servers:
            server.stop()
