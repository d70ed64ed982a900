"""A site as docs/deploy describes it: environment, unit and nginx, with a real database and Redis.

Only what differs between machines is changed: ports, paths, passwords and the certificate.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import httpx
import psycopg
import redis
from psycopg import sql
from websockets.sync.client import ClientConnection, connect

from tests.support.nginx import CONF, HOST, certificate, changed, write
from tests.support.services import new_postgres_database, new_valkey, postgres_server
from tests.support.site import DEADLINE, ROOT, Program, free_port, wait_until

FOLDER = ROOT / "docs" / "deploy"
WORKERS = 2
ORIGIN = f"https://{HOST}"
PASSWORD = "correct horse battery staple"


def database_with_password() -> str:
    """The DATABASE_URL of an empty database that lets nobody in without a password."""
    url = new_postgres_database()
    with psycopg.connect(url, autocommit=True) as connection:
        name, folder = connection.info.dbname, connection.info.host
        role, password = sql.Identifier(name), secrets.token_urlsafe(20)
        for statement in ("CREATE ROLE {} LOGIN PASSWORD {}", "ALTER DATABASE {} OWNER TO {}"):
            second = sql.Literal(password) if "PASSWORD" in statement else role
            connection.execute(sql.SQL(statement).format(role, second))
        rules = Path(str(postgres_server(True).pgdata)) / "pg_hba.conf"
        rules.write_text(f"local {name} {name} scram-sha-256\n{rules.read_text()}")
        connection.execute("SELECT pg_reload_conf()")
    return f"postgresql://{name}:{password}@{quote(folder, safe='')}/{name}"


class Deployed:
    """Everything that is started; ``close()`` ends it."""

    def __init__(self, folder: Path, nginx: str) -> None:
        self.folder = folder
        self.database_url = database_with_password()
        self.redis = new_valkey()
        self.environment = self._environment()
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.https, self.plain = free_port(), free_port()
        self.front = self._front(nginx)
        self.trusted = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        self.start()

    def start(self) -> None:
        """Start the server, and wait until it answers through nginx."""
        self.server = self._serve()
        wait_until(self._answers, "the site answers through nginx")

    def _environment(self) -> dict[str, str]:
        password = secrets.token_urlsafe(20)
        with redis.Redis(port=self.redis.number) as client:
            client.config_set("requirepass", password)
        text = (FOLDER / "env.example").read_text()
        (key,) = re.findall(r"(?m)^SECRET_KEY=(.*)$", text)
        (database,) = re.findall(r"(?m)^DATABASE_URL=(.*)$", text)
        text = changed(
            text,
            key=(key, secrets.token_urlsafe(50)),
            database=(database, self.database_url),
            redis=("replace-me@127.0.0.1:6379", f"{password}@127.0.0.1:{self.redis.number}"),
            static=("/srv/noticeboard/staticfiles", str(self.folder / "static")),
            var=("/var/lib/noticeboard", str(self.folder / "var")),
        )
        machine = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**machine, **dict(line.split("=", 1) for line in text.splitlines())}

    def manage(self, *command: str, **more: str) -> str:
        """What a command of the site says; it must end well."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _serve(self) -> Program:
        """What the unit starts, with as many workers as a test needs."""
        unit = changed(
            (FOLDER / "noticeboard.service").read_text(),
            workers=("--workers 4", f"--workers {WORKERS}"),
            socket=("/run/noticeboard/sock", str(self.folder / "sock")),
        )
        (line,) = re.findall(r"(?m)^ExecStart=\S+ (.*)$", unit)
        return Program(line.split(), self.environment, self.folder / "server.log")

    def _front(self, nginx: str) -> subprocess.Popen[bytes]:
        certificate(self.folder)
        conf = changed(
            CONF.read_text(),
            upstream=("/run/noticeboard/sock", str(self.folder / "sock")),
            plain=("listen 80", f"listen 127.0.0.1:{self.plain}"),
            https=("listen 443", f"listen 127.0.0.1:{self.https}"),
            certificate=(f"/etc/letsencrypt/live/{HOST}", str(self.folder)),
            static=("/srv/noticeboard/staticfiles", str(self.folder / "static")),
        )
        return subprocess.Popen([nginx, "-p", self.folder, "-c", write(self.folder, conf)])

    def _answers(self) -> bool:
        assert self.front.poll() is None, (self.folder / "error.log").read_text()
        assert self.server.process.poll() is None, self.log()
        try:
            with self.client() as client:
                return client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def log(self) -> str:
        """What the server has said."""
        return self.server.log.read_text()

    def children(self) -> list[int]:
        """The process numbers of the workers."""
        parent = self.server.process.pid
        path = Path(f"/proc/{parent}/task/{parent}/children")
        return [int(each) for each in path.read_text().split()]

    def client(self) -> httpx.Client:
        """A browser that has been told that the site is on this machine."""
        return Visitor(
            base_url=f"https://127.0.0.1:{self.https}",
            headers={"Host": HOST, "Origin": ORIGIN, "Referer": f"{ORIGIN}/"},
            verify=self.trusted,
            timeout=DEADLINE,
        )

    def web_socket(self, session: str, query: str = "", origin: str = ORIGIN) -> ClientConnection:
        """A WebSocket through nginx, over TLS."""
        return connect(
            f"wss://{HOST}/ws/{query}",
            sock=socket.create_connection(("127.0.0.1", self.https)),
            ssl=self.trusted,
            server_hostname=HOST,
            additional_headers={"Cookie": f"__Host-sessionid={session}"},
            origin=origin,  # type: ignore[arg-type]
            open_timeout=DEADLINE,
        )

    def close(self) -> None:
        """End everything."""
        for process in (self.front, self.server.process):
            process.kill()
            process.wait()
        self.redis.stop()


class Visitor(httpx.Client):
    """Names the host in TLS as a browser does."""

    def build_request(self, *arguments: object, **named: object) -> httpx.Request:
        """Add the name to every request."""
        named["extensions"] = {**(named.get("extensions") or {}), "sni_hostname": HOST}  # type: ignore[dict-item]
        return super().build_request(*arguments, **named)  # type: ignore[arg-type]
