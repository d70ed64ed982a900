"""A publisher that is killed at a chosen point: it sends itself SIGKILL, as the kernel would.

`python -m tests.chaos.failing <point> <topic> <title>`; prints the time of the machine's monotonic
clock at which it died.
"""

# The models can be imported only after the set-up.
# ruff: noqa: E402

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any, NoReturn
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.chaos.site_settings")

import django

django.setup()

from notifications import publishing
from notifications.log import appending, stamping


def die(*_: Any, **__: Any) -> NoReturn:
    print(time.monotonic(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("the kernel has not done it")


#: Committed and not stamped; numbered and not committed; stamped and nobody told.
POINTS = {
    "before the stamp": mock.patch.object(appending, "stamp", die),
    "inside the stamp": mock.patch.object(stamping, "_index", die),
    "before the hint": mock.patch.object(stamping.stamped, "send_robust", die),
}


def main(point: str, topic: str, title: str) -> None:
    with POINTS[point]:
        publishing.notify(title, to=[topic])


if __name__ == "__main__":
    main(*sys.argv[1:])
