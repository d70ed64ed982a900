"""``manage.py person export|delete``: all that is kept about one person."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from notifications import personal
from notifications.audience import GREATEST_KEY
from notifications.conf import options as settings
from notifications.errors import BadRequest, NotFound
from notifications.management.command import NoticeboardCommand


class Command(NoticeboardCommand):
    help = "Export or delete all that is kept about one person."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("do", choices=["export", "delete"])
        parser.add_argument("name", help=_("The name to sign in with, or #7 for the account 7."))
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help=_("Export to a new file, readable by you alone."),
        )
        parser.add_argument(
            "--posts",
            choices=["anonymise", "blank"],
            help=_("What becomes of posts in rooms (default: %(posts)s).")
            % {"posts": settings.DELETED_POSTS},
        )
        parser.add_argument("--yes", action="store_true", help=_("Delete without asking."))

    def handle(self, *args: Any, **options: Any) -> None:
        user = _find(options["name"])
        if options["do"] == "export":
            self._export(user, options["output"])
        else:
            if not options["yes"]:
                self._ask(user)
            self._delete(user, options["posts"], options["json"])

    def _export(self, user: Any, output: Path | None) -> None:
        text = json.dumps(
            personal.export(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2
        )
        if output is None:
            self.stdout.write(text)
            return
        try:
            output.touch(mode=0o600, exist_ok=False)
            output.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise BadRequest(f"{output}: {error.strerror}") from error

    def _ask(self, user: Any) -> None:
        name = user.get_username()
        if not sys.stdin.isatty():
            raise BadRequest(_("Nobody is there to be asked. Say --yes."))
        self.stderr.write(_("This cannot be undone. Type %(name)s to delete:") % {"name": name})
        if input().strip() != name:
            raise BadRequest(_("Nothing was deleted."))

    def _delete(self, user: Any, posts: str | None, as_json: bool) -> None:
        deleted = personal.delete(user, posts, self.progress)
        if as_json:
            self.say(asdict(deleted))
            return
        counts = ", ".join(f"{kind} {number}" for kind, number in deleted.counts.items() if number)
        self.stdout.write(
            _("Person %(id)s is deleted. With the account went: %(counts)s.")
            % {"id": deleted.id, "counts": counts or _("nothing else")}
        )


def _find(name: str) -> Any:
    """The account; raises `NotFound`."""
    model = get_user_model()
    wanted = {"pk": name[1:]} if name.startswith("#") else {model.USERNAME_FIELD: name}
    try:
        if name.startswith("#") and name[1:].isdecimal() and int(name[1:]) > GREATEST_KEY:
            raise ValueError
        user = model._default_manager.filter(**wanted).first()
    except (ValueError, ValidationError):
        user = None
    if user is None:
        raise NotFound(_("There is no account “%(name)s”.") % {"name": name[:80]})
    return user
