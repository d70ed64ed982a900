"""What moves a notification on in its life, each after a question: publish it now, retract it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from notifications.errors import NoticeboardError
from notifications.models import Notification, State
from notifications.publishing import publish, retract

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where it is possible, the words around it, and what it does.

    ``apply`` takes the notification and the user, and returns whether anything changed.
    """

    name: str
    label: StrOrPromise
    question: StrOrPromise
    done: Any
    states: frozenset[State]
    apply: Callable[[Notification, Any], bool]

    def possible(self, notification: Notification) -> bool:
        """Whether it makes sense in the state that the notification is in."""
        return notification.state in self.states

    def take(self, notifications: list[Notification], user: Any) -> tuple[list[Notification], str]:
        """Apply it to each; returns those that it changed, and the last refusal in words."""
        changed, refusal = [], ""
        for notification in notifications:
            try:
                if self.apply(notification, user):
                    changed.append(notification)
            except NoticeboardError as error:
                refusal = f"{notification}: {error.detail}"
        return changed, refusal


PUBLISH = Step(
    name="publish",
    label=_("Publish now"),
    question=_("Its audience sees it at once."),
    done=ngettext_lazy("%d notification was published.", "%d notifications were published."),
    states=frozenset({State.DRAFT, State.SCHEDULED}),
    apply=lambda notification, user: publish(notification),
)
RETRACT = Step(
    name="retract",
    label=_("Retract"),
    question=_("It disappears from every inbox and every open page. This cannot be undone."),
    done=ngettext_lazy("%d notification was retracted.", "%d notifications were retracted."),
    states=frozenset({State.SCHEDULED, State.LIVE, State.EXPIRED}),
    apply=lambda notification, user: retract(notification, by=user),
)
STEPS = (PUBLISH, RETRACT)
