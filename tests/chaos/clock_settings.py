"""A site whose processes have the time wrong, by CHAOS_CLOCK seconds."""

import os
import time
from datetime import datetime, timedelta

from django.utils import timezone

from tests.chaos.site_settings import *  # noqa: F403

SHIFT = float(os.environ.get("CHAOS_CLOCK", "0"))
right_time, right_now = time.time, timezone.now


def shifted_time() -> float:
    return right_time() + SHIFT


def shifted_now() -> datetime:
    return right_now() + timedelta(seconds=SHIFT)


time.time = shifted_time
timezone.now = shifted_now
