"""One password tried on many names: the throttle that counts by name does not see it."""

from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from notifications.transports.limits import Allowance
from project.visitors import client_address

#: Whole offices share an address, and mistype on Monday mornings.
MOST_FAILURES = 100
SECONDS = 900

#: Failures by address, in this process.
failures = Allowance(lambda: MOST_FAILURES, SECONDS)


class ManyNames:
    """First of the backends: lets nobody in from an address with too many failures.

    The answer is that of a wrong password. It knows no users: no session is ever its own.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Refuse, or leave it to the other backends."""
        address = client_address(request) if request is not None else None
        if address and failures.wait(address):
            raise PermissionDenied


@receiver(user_login_failed, dispatch_uid="project.guessing")
def _count(request: HttpRequest | None = None, **kwargs: Any) -> None:
    address = client_address(request) if request is not None else None
    if address:
        failures.take(address)
