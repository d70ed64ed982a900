"""Starts `tests.support.proxy` in front of a site."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.site import DEADLINE, ROOT, Site


@contextmanager
def spoiling(site: Site, *how: str) -> Iterator[str]:
    """The address of a proxy that spoils things as its arguments say, such as `--buffer`."""
    command = [sys.executable, "-m", "tests.support.proxy", "--to", str(site.ports[0]), *how]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()
            process.wait(DEADLINE)
