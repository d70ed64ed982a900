"""All that is looked at, in the order in which a site is set up."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.doctor import database, layer, network, project
from notifications.doctor.finding import PROBLEM, Case, Finding, Said, Step, problem

logger = logging.getLogger(__name__)

STEPS: tuple[Step, ...] = (
    Step("app", gettext_lazy("App and tables"), database.migrated),
    Step("settings", gettext_lazy("Settings"), project.configured),
    Step("addresses", gettext_lazy("Addresses"), project.included),
    Step("indexes", gettext_lazy("Indexes"), database.indexed),
    Step("clock", gettext_lazy("Clocks"), database.in_time),
    Step("server", gettext_lazy("ASGI server"), network.server),
    Step("layer", gettext_lazy("Channel layer"), layer.reached),
    Step("buffering", gettext_lazy("Stream, not buffered"), network.buffering),
    Step("websocket", gettext_lazy("WebSocket"), network.websocket),
    Step("idle", gettext_lazy("Silent connections"), network.idle),
    Step("secure", gettext_lazy("Secure context"), network.secure),
    Step("static", gettext_lazy("Static files"), project.resolved),
    Step("policy", gettext_lazy("Content-Security-Policy"), network.policy),
    Step("push", gettext_lazy("Push to closed browsers"), project.pushed, mandatory=False),
    Step("bell", gettext_lazy("Bell in your templates"), project.shown, mandatory=False),
)
NAMES = tuple(step.id for step in STEPS)


def examine(case: Case, only: Collection[str] = NAMES) -> list[Finding]:
    """Look at everything, or at the steps of these names. Changes nothing, and never raises."""
    return [Finding(step, _look(step, case)) for step in STEPS if step.id in only]


def ailing(findings: Sequence[Finding]) -> bool:
    """Whether something is wrong."""
    return any(each.state == PROBLEM for each in findings)


def _look(step: Step, case: Case) -> Said:
    try:
        return step.rule(case)
    except Exception as error:
        # A database that is away is a finding too, and the others are still of use.
        logger.warning("The doctor could not look at %s.", step.id, exc_info=True)
        return problem(
            _("This could not be looked at: %s.") % type(error).__name__,
            _("What happened is in the log of the server. Is the database there?"),
        )
