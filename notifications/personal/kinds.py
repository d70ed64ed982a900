"""What other apps keep about a person: what is registered here is exported and deleted along."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.apps import apps

Export = Callable[[Any], Iterable[Mapping[str, Any]]]
Delete = Callable[[Any], int]

# django-axes keeps who tried to sign in, by name and address: no foreign key leads to it.
ATTEMPTS = ("AccessAttempt", "AccessFailureLog", "AccessLog")
# Never what a session or a form was sent with: it holds tokens.
ATTEMPT_FIELDS = ("attempt_time", "ip_address", "user_agent", "path_info")


class Kind(NamedTuple):
    """How one kind of personal data is exported, and deleted."""

    export: Export
    delete: Delete


_kinds: dict[str, Kind] = {}


def register_personal_data(name: str, *, export: Export, delete: Delete) -> None:
    """Have what a project keeps about its people exported and deleted with everything else.

    ``export(user)`` gives mappings that JSON can say; ``delete(user)`` runs in the transaction in
    which the account is deleted, before it, and returns how many rows it has deleted.
    """
    _kinds[name] = Kind(export, delete)


def kinds() -> dict[str, Kind]:
    """All kinds by name: those that were registered, and attempts to sign in."""
    return {"sign_in_attempts": Kind(_attempts, _delete_attempts), **_kinds}


def _attempts(user: Any) -> list[Mapping[str, Any]]:
    rows = [each.values(*ATTEMPT_FIELDS) for each in _attempt_rows(user)]
    found = [dict(row) for each in rows for row in each]
    return sorted(found, key=lambda row: row["attempt_time"])


def _delete_attempts(user: Any) -> int:
    return sum(rows.delete()[0] for rows in _attempt_rows(user))


def _attempt_rows(user: Any) -> list[Any]:
    if not apps.is_installed("axes"):
        return []
    models = [apps.get_model("axes", name) for name in ATTEMPTS]
    return [model._default_manager.filter(username=user.get_username()) for model in models]
