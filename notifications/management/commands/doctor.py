"""``manage.py doctor``: what is configured, what is missing, what is wrong, and the cure."""

import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from notifications.doctor import Case, Finding, Measured, ailing, examine
from notifications.doctor.finding import DONE, PROBLEM, SKIPPED, STATE_WORDS, TO_DO
from notifications.doctor.probe import Probe
from notifications.doctor.ticks import idle_seconds
from notifications.management.command import NoticeboardCommand

AILING = 1
SIGNS = {DONE: "✓", TO_DO: "•", PROBLEM: "✗", SKIPPED: "–"}


class Command(NoticeboardCommand):
    help = _(
        "Say what is configured, what is missing and what is wrong, each with its cure. "
        "Exit status: 0 nothing is wrong, 1 something is, 2 wrong arguments."
    )
    # What the checks find is one of the findings: they must not end the command before.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--url",
            metavar="https://…",
            type=_probe,
            help=_("The address that people use: measure what stands on the way to it."),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        measured = self._measure(options) if options["url"] else Measured()
        findings = examine(Case(measured))
        if options["json"]:
            self.say({"ok": not ailing(findings), "findings": [each.wire() for each in findings]})
        else:
            for each in findings:
                self._tell(each)
        if ailing(findings):
            sys.exit(AILING)

    def _measure(self, options: dict[str, Any]) -> Measured:
        probe: Probe = options["url"]
        if not options["json"]:
            words = _("Measuring %(url)s: about %(seconds)d s, for a connection has to be silent.")
            said = {"url": probe.origin, "seconds": idle_seconds() + 2}
            self.stderr.write(words % said, self.style.NOTICE)
        return probe.measure()

    def _tell(self, finding: Finding) -> None:
        style = {DONE: self.style.SUCCESS, PROBLEM: self.style.ERROR, TO_DO: self.style.WARNING}
        state, said = finding.state, finding.said
        word = f"{SIGNS[state]} {STATE_WORDS[state]}"
        paint = style.get(state, str)
        self.stdout.write(f"{paint(word)}  {finding.step.title}: {said.words}")
        if state == DONE:
            return
        for line in (said.cure, *said.fix.splitlines()):
            if line:
                self.stdout.write(f"      {line}")


def _probe(url: str) -> Probe:
    try:
        return Probe(url)
    except ValueError as error:
        words = _("%s is no address such as https://board.example.org.")
        raise ArgumentTypeError(words % url) from error
