"""``manage.py prune``: delete what is older than the site keeps."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from notifications import publishing
from notifications.conf import options as settings
from notifications.errors import BadRequest
from notifications.management.command import NoticeboardCommand


class Command(NoticeboardCommand):
    help = "Delete old events and notifications. Run it once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--event-days",
            type=float,
            metavar="DAYS",
            help=_("Keep events for so long (default: %(days)s).") % {"days": settings.EVENT_DAYS},
        )
        parser.add_argument(
            "--notification-days",
            type=float,
            metavar="DAYS",
            help=_("Keep notifications for so long (default: %(days)s).")
            % {"days": settings.NOTIFICATION_DAYS},
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["event_days"], options["notification_days"]
        if any(each is not None and not 0 <= each <= 36500 for each in days):
            raise BadRequest(_("Days are a number from 0 to 36500."))
        try:
            pruned = publishing.prune(*days, progress=self.progress)
        except KeyboardInterrupt:
            self.stderr.write(_("Interrupted. What was deleted is gone; the next run goes on."))
            raise
        if options["json"]:
            self.say(asdict(pruned))
        else:
            self.stdout.write(
                _(
                    "Deleted %(events)d events and %(notifications)d notifications. "
                    "The log begins at %(floor)d."
                )
                % asdict(pruned)
            )
