"""What every JSON view does alike: read strictly, answer privately, say every error as JSON."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import BadRequest as DjangoBadRequest
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from notifications import journal
from notifications.conf import options
from notifications.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NoticeboardError,
    TooLarge,
    Unavailable,
)
from notifications.strictjson import read_object
from notifications.transports.told import told

logger = logging.getLogger(__name__)

# Seconds after which a database that is being restarted, or locked, is worth another try.
RETRY_AFTER = 2

View = Callable[..., dict[str, Any]]


def json_view(**by_method: View) -> Callable[..., JsonResponse]:
    """A Django view from one function per method (``get=…, post=…``), each returning the answer.

    Django's own CSRF check answers with a page: the view is exempt from it and makes the same
    check itself. Errors of ours become ``{"error": {"code", "detail"}}``; a database that does not
    answer is ``unavailable``.
    """
    allowed = [method.upper() for method in by_method]
    if "get" in by_method:
        by_method["head"] = by_method["get"]

    @csrf_exempt
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        try:
            response = JsonResponse(_answer(by_method, request, *args, **kwargs))
        except NoticeboardError as error:
            journal.refused(error.code, error.status, transport="api", user=_user_id(request))
            response = error_response(error)
            if error.code == "too_many" and error.retry_after is not None:
                _tell_to_wait(request, error.retry_after)
        except (SuspiciousOperation, DjangoBadRequest, UnreadablePostError):
            response = error_response(BadRequest())
        except IntegrityError:
            # What it is about, or who does it, was deleted at this moment.
            logger.info("A constraint refused a change.", exc_info=True)
            response = error_response(Conflict())
        except (OperationalError, InterfaceError):
            logger.warning("The database does not answer.", exc_info=True)
            response = error_response(Unavailable(retry_after=RETRY_AFTER))
        if response.status_code == 405:
            response.headers["Allow"] = ", ".join(allowed)
        response.headers["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    return view


def error_response(error: NoticeboardError) -> JsonResponse:
    """The answer that says an error."""
    response = JsonResponse({"error": error.wire()}, status=error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return response


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in a request, read to at most ``options.BODY_BYTES``."""
    limit = options.BODY_BYTES
    if _declared_length(request) > limit:
        raise TooLarge
    body = request.read(limit + 1)
    if len(body) > limit:
        raise TooLarge
    return read_object(body)


def query(request: HttpRequest, single: Sequence[str], repeated: Sequence[str] = ()) -> None:
    """Refuse fields of the query string that are not known, and single ones that are repeated."""
    for name, values in request.GET.lists():
        if name not in single and name not in repeated:
            raise BadRequest(code="unknown_field")
        if name in single and len(values) > 1:
            raise BadRequest(_("The field %s stands there twice.") % name)


def whole_number(request: HttpRequest, name: str) -> int | None:
    """A field of the query string as a number of at most 18 digits; None if it is not there."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadRequest(_("%s must be a whole number.") % name, code="wrong_type")
    return int(text)


class _CsrfCheck(CsrfViewMiddleware):
    """Django's check, with the reason as its answer in place of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _answer(by_method: dict[str, View], request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
    view = by_method.get((request.method or "").lower())
    if view is None:
        raise NoticeboardError(code="method_not_allowed")
    if request.method not in ("GET", "HEAD"):
        # Before the check: it would parse a form in search of its token, whatever its size.
        if request.content_type != "application/json":
            raise BadRequest(_("Send the header Content-Type: application/json."))
        _check_csrf(request)
    return view(request, *args, **kwargs)


def _check_csrf(request: HttpRequest) -> None:
    check = _CsrfCheck(_nothing)
    check.process_request(request)
    if reason := check.process_view(request, _nothing, (), {}):
        logger.info("CSRF check failed: %s", reason)
        raise Forbidden(code="csrf")


def _tell_to_wait(request: HttpRequest, seconds: float) -> None:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if key and request.method == "POST":
        told.note(key, request.path, seconds)


def _user_id(request: HttpRequest) -> Any:
    """Who it was, without asking the database: it may be the reason for the error."""
    session = getattr(request, "session", None)
    return session.get(SESSION_KEY) if session is not None and session.accessed else None


def _nothing(request: HttpRequest) -> JsonResponse:
    """What the check would guard, were it not called from within the view."""
    return JsonResponse({})


def _declared_length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0
