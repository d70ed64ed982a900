"""The folder in which workers keep their figures, so that any of them can add up those of all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from notifications import metrics

#: prometheus-client reads it when it is imported: the supervisor does that before it is set.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def shared_figures() -> Iterator[None]:
    """Have a folder for the workers that are started inside; one that is set stays as it is."""
    if os.environ.get(VARIABLE):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="noticeboard-figures-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[VARIABLE]


def forget(pid: int) -> None:
    """Leave out what only counts while its process runs, such as open connections."""
    if folder := os.environ.get(VARIABLE):
        metrics.bury(pid, folder)
