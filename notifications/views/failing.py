"""The page of an error that nobody has caught; a database that is away is no error of ours."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from notifications.jsonviews import RETRY_AFTER

#: Restarted, locked by another process, out of connections or of space: worth another try.
AWAY = (OperationalError, InterfaceError)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``: 503 with Retry-After while the database does not answer, else 500.

    Neither page is given a request: its context might ask the database again.
    """
    if not isinstance(sys.exc_info()[1], AWAY):
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    page = HttpResponse(loader.render_to_string("503.html"), status=503)
    page.headers["Retry-After"] = str(RETRY_AFTER)
    page.headers["Cache-Control"] = "private, no-store"
    return page
