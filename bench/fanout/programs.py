"""Programs that are started for a measurement, and ended after it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bench import support

OUT = support.ROOT / "bench" / "out"
LOGS = OUT / "logs"
#: A program that has not answered for so long will not.
PATIENCE = 60.0
#: One that is asked to end is killed after this.
FAREWELL = 15.0


@contextmanager
def running(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    pipes: int | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """A program whose words go to bench/out/logs/<name>.log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{name}.log").open("w") as log:
        output: int | IO[str] = log if pipes is None else pipes
        program = subprocess.Popen(
            list(command),
            cwd=support.ROOT,
            env=dict(environment or os.environ),
            stdin=pipes,
            stdout=output,
            stderr=log,
            text=True,
        )
        try:
            yield program
        finally:
            end(program)


def end(program: subprocess.Popen[str]) -> None:
    """Ask a program to end, and wait for it."""
    program.terminate()
    try:
        program.wait(FAREWELL)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    for pipe in (program.stdin, program.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def wait_for_port(port: int, program: subprocess.Popen[str], name: str) -> None:
    """Return when something listens there; raises RuntimeError with the log if it ends before."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if program.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{name} does not listen: {tail(LOGS / f'{name}.log')}")


def tail(path: Path, characters: int = 600) -> str:
    """The end of a file."""
    return path.read_text(errors="replace")[-characters:] if path.exists() else ""
