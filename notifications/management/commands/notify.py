"""``manage.py notify``: publish a notification from the command line."""

import sys
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from notifications import publishing
from notifications.audience import labels
from notifications.conf import options as settings
from notifications.errors import BadNotification
from notifications.management.command import NoticeboardCommand, moment, written
from notifications.models import Level, Notification


class Command(NoticeboardCommand):
    help = "Publish a notification, now or later."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--to",
            action="append",
            required=True,
            metavar="AUDIENCE",
            help=_("all, user:NAME, group:NAME, room:SLUG or a topic; may be repeated."),
        )
        parser.add_argument("--title", default="", help=_("One line, at most 120 characters."))
        parser.add_argument("--body", default="", help=_("Markdown; - reads it from stdin."))
        parser.add_argument("--level", choices=Level.values, default=Level.INFO.value)
        parser.add_argument("--link", default="", help=_("https://…, mailto:… or /path"))
        parser.add_argument("--sender", metavar="NAME", help=_("The user who sends it."))
        parser.add_argument("--at", metavar="TIME", help=_("2026-11-21T10:00, or +15m from now."))
        parser.add_argument("--expires", metavar="TIME", help=_("As --at."))
        parser.add_argument(
            "--replace-key",
            default="",
            metavar="KEY",
            help=_("Take the place of an earlier one with this key and audience."),
        )
        parser.add_argument(
            "--acknowledge", action="store_true", help=_("Ask readers to confirm it.")
        )
        parser.add_argument(
            "--action",
            action="append",
            default=[],
            dest="actions",
            metavar="LABEL=TARGET",
            help=_("A link, or do:NAME of a registered function; at most two."),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        notification = publishing.notify(
            options["title"],
            to=options["to"],
            body=self._body(options["body"]),
            level=options["level"],
            link=options["link"],
            sender=_user(options["sender"]),
            at=moment(options["at"], "--at"),
            expires=moment(options["expires"], "--expires"),
            replace_key=options["replace_key"],
            acknowledge=options["acknowledge"],
            actions=[_action(text) for text in options["actions"]],
        )
        if options["json"]:
            self.say(_summary(notification))
        else:
            self.stdout.write(_sentence(notification))

    def _body(self, body: str) -> str:
        # One character more than allowed is enough to be refused.
        return sys.stdin.read(settings.BODY_CHARACTERS + 1) if body == "-" else body


def _action(text: str) -> dict[str, str]:
    """An action as it was typed: `Approve=do:deploy.approve`, `See it=/deploys/4.2/`."""
    label, equals, target = text.partition("=")
    if not equals:
        raise BadNotification(_("Write an action as LABEL=LINK or LABEL=do:NAME."))
    kind = "do" if target.startswith("do:") else "url"
    return {"label": label, kind: target.removeprefix("do:")}


def _user(name: str | None) -> Any:
    if name is None:
        return None
    model = get_user_model()
    user = model._default_manager.filter(**{model.USERNAME_FIELD: name}).first()
    if user is None:
        raise BadNotification(_("There is no user %(name)s.") % {"name": name})
    return user


def _summary(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.pk,
        "state": notification.state.value,
        "title": notification.title,
        "topics": notification.audience,
        "publish_at": written(notification.publish_at),
        "published_at": written(notification.published_at),
        "expires_at": written(notification.expires_at),
    }


def _sentence(notification: Notification) -> str:
    told = {
        "id": notification.pk,
        "title": str(notification),
        "audience": ", ".join(labels(notification.audience).values()),
        "time": written(notification.publish_at),
    }
    if notification.published_at is None:
        return _("Scheduled %(id)d “%(title)s” to %(audience)s for %(time)s.") % told
    return _("Published %(id)d “%(title)s” to %(audience)s.") % told
