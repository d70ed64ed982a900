"""What our commands have in common: errors with codes, JSON, and ends that scripts can tell apart.

Exit status: 0 done, 1 refused (``CommandError: <code>: <what to do>``), 2 wrong arguments, 130 when
interrupted. With ``--json`` every line on stdout is JSON, an error too.
"""

import json
import os
import re
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from notifications import broadcast
from notifications.errors import BadNotification, NoticeboardError
from notifications.events import iso

INTERRUPTED = 130
PROGRESS_SECONDS = 1.0
RELATIVE = re.compile(r"\+(\d{1,6})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class NoticeboardCommand(BaseCommand):
    """A command that speaks to people, or JSON to programs."""

    _shows_progress = False
    _shown = -PROGRESS_SECONDS

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("Write JSON, for programs."))

    def execute(self, *args: Any, **options: Any) -> str | None:
        self._shows_progress = sys.stderr.isatty() or options.get("verbosity", 1) > 1
        try:
            return super().execute(*args, **options)
        except NoticeboardError as error:
            if options.get("json"):
                self.say({"error": {"code": error.code, "detail": error.detail}})
            raise CommandError(f"{error.code}: {error.detail}") from error
        except BrokenPipeError:
            # Whoever read us has seen enough; Python must not complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        finally:
            broadcast.flush()

    def progress(self, kind: str, done: int) -> None:
        """How far it is, once a second: for whoever looks on, or asks for it (--verbosity 2)."""
        if self._shows_progress and time.monotonic() - self._shown >= PROGRESS_SECONDS:
            self._shown = time.monotonic()
            self.stderr.write(f"{kind}: {done}")

    def say(self, thing: Any) -> None:
        """One line of JSON."""
        self.stdout.write(json.dumps(thing, ensure_ascii=False))


def moment(text: str | None, name: str) -> datetime | None:
    """A time that was typed: ISO 8601 (without a zone: the site's), or +90s, +15m, +2h, +1d."""
    if text is None:
        return None
    relative = RELATIVE.fullmatch(text)
    if relative:
        return timezone.now() + timedelta(**{UNITS[relative[2]]: int(relative[1])})
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise BadNotification(
            _("%(name)s must be like 2026-11-21T10:00, or +15m, +2h, +1d from now.")
            % {"name": name}
        )
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def written(time: datetime | None) -> str | None:
    """A time as JSON has it."""
    return None if time is None else iso(time)
