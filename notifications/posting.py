"""Posting over HTTP, from a script or a form: who a visitor is, what he is called, his limits.

And what is done with a post, which needs to know the same of a visitor.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from notifications.actions import GREATEST_ID, Subject, perform
from notifications.errors import BadRequest
from notifications.publishing import visitor_name
from notifications.rights import VISITOR_NAME, session_digest
from notifications.transports import limits


def write(request: HttpRequest, slug: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Post what ``body`` says (text, key, name, reply_to) in a room, as who sends the request."""
    key = limited_by(request)
    limits.actions.spend(key)
    limits.posts.spend(key)
    payload = {"room": slug, **body}
    if not request.user.is_authenticated:
        _remember(request, body.get("name"))
        payload.setdefault("name", name_of(request))
    return perform(subject_of(request), "post", payload)


def act(
    request: HttpRequest, do: str, slug: str, id: int, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Do one of the actions with a post, as who sends the request."""
    limits.actions.spend(limited_by(request))
    if not request.user.is_authenticated:
        _have_session(request)
    return perform(subject_of(request), do, {"room": slug, "id": id, **body})


def subject_of(request: HttpRequest) -> Subject:
    """Who sends a request; a visitor is known by his session, if he has one."""
    session_key = _session_key(request)
    return Subject(request.user, session_digest(session_key) if session_key else "")


def name_of(request: HttpRequest) -> str:
    """What a visitor is called: the name that his session keeps, else "anonymous"."""
    return visitor_name(str(request.session.get(VISITOR_NAME, "")))


def rename(request: HttpRequest, name: str) -> None:
    """Keep another name for a visitor; raises `BadNotification` for what is no text."""
    request.session[VISITOR_NAME] = visitor_name(name)


def limited_by(request: HttpRequest) -> Any:
    """Whose allowance a request spends: a user's, a visitor's session's, else an address's."""
    if request.user.is_authenticated:
        return request.user.pk
    return _session_key(request) or limits.network(request.META.get("REMOTE_ADDR", ""))


def read_moderation(body: Mapping[str, Any]) -> tuple[str, int | None, int | None]:
    """The ``do``, the ``id`` and the ``seconds`` (or None) of what a moderator asks for."""
    if unknown := body.keys() - {"do", "id", "seconds"}:
        raise BadRequest(_("Unknown field: %s.") % sorted(unknown)[0][:40], code="unknown_field")
    do, id, seconds = body.get("do"), body.get("id"), body.get("seconds")
    if "do" not in body:
        raise BadRequest(_("The field %s is missing.") % "do")
    numbers = all(each is None or type(each) is int for each in (id, seconds))
    if not isinstance(do, str) or not numbers:
        raise BadRequest(code="wrong_type")
    if id is not None and not 0 < id <= GREATEST_ID:
        raise BadRequest(_("There is no such post."))
    return do, id, seconds


def _remember(request: HttpRequest, name: Any) -> None:
    if isinstance(name, str) and name != request.session.get(VISITOR_NAME):
        rename(request, name)
    _have_session(request)


def _have_session(request: HttpRequest) -> None:
    if not _session_key(request):
        # A visitor without a session could be neither muted nor told from the next one.
        request.session.create()


def _session_key(request: HttpRequest) -> str | None:
    # A cookie that no session belongs to is nobody's: reading finds that out.
    request.session.get(VISITOR_NAME)
    key: str | None = request.session.session_key
    return key
