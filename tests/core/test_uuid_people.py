"""A project with a user model of its own, whose keys are UUIDs, in a process of its own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_people_with_uuids_are_let_in_by_session_and_by_ticket(tmp_path: Path) -> None:
    program = [
        sys.executable,
        "-m",
        "tests.support.uuid_people.trial",
        str(tmp_path / "db.sqlite3"),
    ]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
