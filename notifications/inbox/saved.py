"""Views that a user has saved: filters of the inbox under a name."""

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from notifications import log
from notifications.conf import options
from notifications.errors import BadRequest, Conflict, NotFound, SignedOut
from notifications.events import VIEWS_CHANGED
from notifications.inbox.change import locked_mark
from notifications.inbox.language import LONGEST_SEARCH
from notifications.models import SavedView
from notifications.models.view import NAME_CHARACTERS, QUERY_CHARACTERS
from notifications.strictjson import storable
from notifications.topics import user_topic

MOST_VIEWS = 20
FILTERS = ("view", "level", "topic", "q")


def saved_views(user: Any) -> list[dict[str, Any]]:
    """A user's saved views by name, as ``{"id", "name", "query"}``; a visitor has none."""
    if user is None or not user.is_authenticated:
        return []
    rows = _rows(user).order_by("name", "pk")
    return [{"id": pk, "name": name, "query": query} for pk, name, query in rows.values_list(
        "pk", "name", "query")]  # fmt: skip


def save_view(user: Any, name: str, query: str) -> dict[str, Any]:
    """Save filters, a query string, under a name; what had the name is replaced.

    Of the query only filters are kept. Raises ``bad_request`` for a name or a query that cannot be,
    ``conflict`` where there are `MOST_VIEWS` already.
    """
    name, filters = _name(name), _filters(query)
    with log.transaction():
        _hold(user)
        others = _rows(user).exclude(name=name)
        if others.count() >= MOST_VIEWS:
            raise Conflict(_("You have %d saved views. Remove one first.") % MOST_VIEWS)
        made, _fresh = _rows(user).update_or_create(
            user_id=user.pk, name=name, defaults={"query": filters}
        )
        _tell(user)
    return {"id": made.pk, "name": name, "query": filters}


def remove_view(user: Any, id: int) -> None:
    """Remove a saved view. Raises ``not_found`` where the user has none with this id."""
    with log.transaction():
        _hold(user)
        deleted, _each = _rows(user).filter(pk=id).delete()
        if not deleted:
            raise NotFound
        _tell(user)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_CHARACTERS or not storable(name):
        raise BadRequest(_("A view has a name of 1 to %d characters.") % NAME_CHARACTERS)
    return name


def _filters(text: str) -> str:
    if len(text) > QUERY_CHARACTERS or not storable(text):
        raise BadRequest(_("The filters are too long or not a text."))
    query = QueryDict(text.removeprefix("?"))
    pairs = [(key, value) for key in FILTERS for value in query.getlist(key) if value]
    if any(len(value) > LONGEST_SEARCH or not storable(value) for _key, value in pairs):
        raise BadRequest(_("The search text is too long or not a text."))
    if not pairs:
        raise BadRequest(_("Choose a view, a level or a search first, then save it."))
    filters = urlencode(pairs)
    if len(filters) > QUERY_CHARACTERS:
        raise BadRequest(_("The filters are too long or not a text."))
    return filters


def _hold(user: Any) -> None:
    """No other change of the user's meanwhile: the last event says what there is."""
    if user is None or not user.is_authenticated:
        raise SignedOut
    locked_mark(user)


def _tell(user: Any) -> None:
    log.append(VIEWS_CHANGED, [user_topic(user)], {"views": saved_views(user)})


def _rows(user: Any) -> Any:
    return SavedView.objects.using(options.DATABASE).filter(user_id=user.pk)
