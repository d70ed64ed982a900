"""Another process that has SQLite's one lock: `python -m tests.chaos.holder PATH`.

It says "held" once it has it, and gives it back when its standard input ends.
"""

from __future__ import annotations

import sqlite3
import sys


def main() -> None:
    connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()
    connection.execute("COMMIT")
    connection.close()


if __name__ == "__main__":
    main()
