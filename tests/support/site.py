"""A whole site for a test: a database, perhaps a Valkey, server processes and a writer beside."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Any, what: str, seconds: float = DEADLINE) -> Any:
    """Ask again until the answer is true; raise AssertionError with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


class Program:
    """A subprocess of the site; what it prints is kept for the failure report."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path, **pipes: Any):
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=environment,
                stderr=output,
                stdout=pipes.pop("stdout", output),
                **pipes,
            )

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def terminate(self) -> int:
        self.process.terminate()
        return self.process.wait(DEADLINE)


class Writer(Program):
    """The writer process; one request at a time, from any thread."""

    def __init__(self, environment: dict[str, str], log: Path):
        super().__init__(
            ["-m", "tests.support.writer"],
            environment,
            log,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lock = threading.Lock()
        self._answer()

    def do(self, name: str, **arguments: Any) -> Any:
        with self.lock:
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps({"do": name, "args": arguments}) + "\n")
            self.process.stdin.flush()
            return self._answer()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the writer ended:\n{self.log.read_text()[-4000:]}"
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"the writer could not: {answer['error']}")
        return answer["ok"]


class Site:
    """Server processes over one database.

    `url` is a DATABASE_URL or "" for SQLite, `valkey` a server with start() and stop() or None.
    `migrated`: the database has its tables.
    """

    def __init__(
        self,
        url: str,
        valkey: Any = None,
        processes: int = 1,
        options: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        migrated: bool = False,
    ):
        self.folder = Path(tempfile.mkdtemp(prefix="noticeboard-site-"))
        self.valkey = valkey
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.support.site_settings",
            "DATABASE_URL": url or f"sqlite:///{self.folder / 'site.sqlite3'}",
            "REDIS_URL": valkey.connection_url if valkey else "",
            "DEBUG": "1",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "SITE_OPTIONS": json.dumps(options or {}),
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }
        if not migrated:
            self.run("migrate", "--verbosity", "0")
        self.writer = Writer(self.environment, self.folder / "writer.log")
        self.do = self.writer.do
        self.ports = [free_port() for _ in range(processes)]
        self.servers: list[Program | None] = [None] * processes
        for number in range(processes):
            self.launch(number)
        for number in range(processes):
            self.wait(number)

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def launch(self, number: int) -> None:
        command = ["manage.py", "runserver", "--noreload", self.address(number)]
        self.servers[number] = self.program(command, number)

    def program(self, command: list[str], number: int) -> Program:
        return Program(command, self.environment, self.folder / f"server-{number}.log")

    def answers(self, number: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[number], timeout=5)
        try:
            connection.request("GET", "/accounts/login/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def wait(self, number: int) -> None:
        server = self.servers[number]

        def ready() -> bool:
            assert server is not None
            assert server.process.poll() is None, server.log.read_text()[-4000:]
            return self.answers(number)

        wait_until(ready, f"server {number} answers")

    def restart(self, number: int) -> None:
        self.launch(number)
        self.wait(number)

    def kill(self, number: int) -> None:
        """kill -9: nothing is closed, nothing said."""
        server = self.servers[number]
        assert server is not None
        server.kill()
        self.servers[number] = None

    def address(self, number: int = 0) -> str:
        return f"127.0.0.1:{self.ports[number % len(self.ports)]}"

    def logs(self) -> str:
        return "\n".join(path.read_text()[-4000:] for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        for server in self.servers:
            if server is not None:
                server.kill()
        self.writer.kill()
        if self.valkey is not None:
            self.valkey.stop()
