"""``manage.py tail``: follow the log in the terminal, as everybody or as one user."""

import time
from typing import Any

import orjson
from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser
from django.db import OperationalError, connections
from django.utils.translation import gettext as _

from notifications import log
from notifications.conf import options as settings
from notifications.cursor import Cursor
from notifications.errors import Discontinued, NotFound
from notifications.events import Entry
from notifications.management.command import NoticeboardCommand
from notifications.rights import topics_of

# The look at the head costs a tenth of a millisecond, and people read no faster.
PAUSE_SECONDS = 0.2
RETRY_SECONDS = 1.0
BATCH = 500


class Command(NoticeboardCommand):
    help = "Follow the log: every event as it is stamped. Ctrl-C ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--user", metavar="NAME", help=_("Only what this user may read."))
        parser.add_argument(
            "--after", metavar="CURSOR", help=_("Begin after this cursor, not at the end.")
        )
        parser.add_argument(
            "--once", action="store_true", help=_("Write what there is and do not wait for more.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = options["json"]
        user = _user(options["user"])
        cursor = Cursor.parse(options["after"]) if options["after"] else log.head().cursor
        cursor = self._write_after(cursor, user)
        while not options["once"]:
            time.sleep(PAUSE_SECONDS)
            cursor = self._follow(cursor, user)

    def _follow(self, cursor: Cursor, user: Any) -> Cursor:
        try:
            return cursor if log.head().cursor == cursor else self._write_after(cursor, user)
        except OperationalError as error:
            # The database is restarted: the log goes on where it was.
            self.stderr.write(str(error).strip())
            connections[settings.DATABASE].close()
            time.sleep(RETRY_SECONDS)
            return cursor

    def _write_after(self, cursor: Cursor, user: Any) -> Cursor:
        """Write all that there is after a cursor; returns the cursor after it."""
        while True:
            head = log.head().cursor
            topics = None if user is None else topics_of(user)
            try:
                entries = log.after(cursor, topics, limit=BATCH)
            except Discontinued as error:
                return self._reset(error.reason)
            for entry in entries:
                if not entry.internal:
                    self._write(entry)
            if len(entries) < BATCH:
                # Nothing between the last entry and that head was for this reader.
                last = entries[-1].cursor if entries else cursor
                return max(last, head, key=lambda each: each.seq)
            cursor = entries[-1].cursor

    def _reset(self, reason: str) -> Cursor:
        cursor = log.head().cursor
        if self.as_json:
            self.say({"control": "reset", "reason": reason, "cursor": str(cursor)})
        else:
            self.stderr.write(
                _("That cursor cannot be continued (%(reason)s). Going on from %(cursor)s.")
                % {"reason": reason, "cursor": cursor}
            )
        return cursor

    def _write(self, entry: Entry) -> None:
        self.stdout.write(entry.wire().decode() if self.as_json else _line(entry))
        self.stdout.flush()


def _user(name: str | None) -> Any:
    if name is None:
        return None
    model = get_user_model()
    user = model._default_manager.filter(**{model.USERNAME_FIELD: name}).first()
    if user is None or not user.is_active:
        raise NotFound(_("There is no active user %(name)s.") % {"name": name})
    return user


def _line(entry: Entry) -> str:
    topics = " ".join(entry.topics)
    line = f"{entry.time} {entry.cursor} {entry.type} {_told(entry)} → {topics}"
    # An escape sequence in a host project's data must not reach the terminal.
    return "".join(each if each.isprintable() else "·" for each in line)


def _told(entry: Entry) -> str:
    """The few words that tell people which event it is."""
    data = orjson.loads(entry.data)
    if not data:
        return _("(retracted later)")
    if "title" in data:
        return f"{data['id']} [{data['level']}] {data['title'] or data['text']}"
    return " ".join(f"{key}={value}" for key, value in data.items() if _is_short(value))


def _is_short(value: object) -> bool:
    return isinstance(value, int | str) and len(str(value)) <= 60
