"""``manage.py follow``: the text of a file, or of a pipe, as one live card."""

import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import OperationalError, connections
from django.utils.translation import gettext as _

from notifications import following
from notifications.conf import options as settings
from notifications.errors import BadRequest
from notifications.management.command import NoticeboardCommand
from notifications.management.watching import newest_lines, text_of, texts_of
from notifications.models import FollowedText

STANDARD_INPUT = "-"
# The least between two versions: nobody reads faster than four a second, and the log stays small.
PAUSE_SECONDS = 0.25
RETRY_SECONDS = 1.0


class Command(NoticeboardCommand):
    help = "Show a text as one live card that is replaced at every change. Ctrl-C ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("source", metavar="FILE|-", help=_("A text file; - reads stdin."))
        parser.add_argument(
            "--to",
            required=True,
            metavar="AUDIENCE",
            help=_("all, user:NAME, group:NAME, room:SLUG or a topic."),
        )
        parser.add_argument("--key", help=_("The card's name for programs; else the file's."))
        parser.add_argument(
            "--every",
            type=float,
            default=PAUSE_SECONDS,
            metavar="SECONDS",
            help=_("Pause between two versions: each stays in the log. Usually 0.25."),
        )
        parser.add_argument("--once", action="store_true", help=_("Tell what there is and end."))
        parser.add_argument("--remove", action="store_true", help=_("Take the card away."))

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = options["json"]
        self.pause = max(0.0, options["every"])
        source, to = options["source"], options["to"]
        path = None if source == STANDARD_INPUT else Path(source)
        key = options["key"] or (path.name if path else "stdin")
        # Said before anything is waited for.
        following.one_topic(to)
        following.checked_key(key)
        if options["remove"]:
            self._remove(to, key)
            return
        told = {"to": to, "key": key, "name": path.name if path else key}
        for text in _texts(path, once=options["once"]):
            self._tell(text, **told)

    def _tell(self, text: str, **card: Any) -> None:
        """Tell a version, however long the database is away; then pause if there was a new one."""
        while True:
            try:
                changed = following.tell(text=text, **card)
                break
            except OperationalError as error:
                self.stderr.write(str(error).strip())
                # The frames hold an open cursor of the connection that is closed.
                traceback.clear_frames(error.__traceback__)
                connections[settings.DATABASE].close()
                time.sleep(RETRY_SECONDS)
        if changed:
            self._say(changed)
            time.sleep(self.pause)

    def _say(self, card: FollowedText) -> None:
        if self.as_json:
            self.say(following.wire(card))
        else:
            told = {"key": card.key, "version": card.version, "count": len(card.text)}
            self.stdout.write(_("%(key)s: version %(version)d, %(count)d characters.") % told)
        self.stdout.flush()

    def _remove(self, to: str, key: str) -> None:
        removed = following.remove(to, key=key)
        if self.as_json:
            self.say({"removed": removed})
        else:
            words = _("Removed %(key)s.") if removed else _("There is no text %(key)s.")
            self.stdout.write(words % {"key": key})


def _texts(path: Path | None, once: bool) -> Iterator[str]:
    most = settings.BODY_CHARACTERS
    if path is None:
        return newest_lines(sys.stdin.buffer, most)
    text = text_of(path, most)
    if text is None:
        raise BadRequest(_("There is no file %(path)s.") % {"path": path})
    return iter([text]) if once else texts_of(path, most)
