"""What lets a page's connection in without a question to the database."""

from django.conf import settings
from django.http import HttpRequest

from notifications import rights, tickets
from notifications.cursor import Cursor


def ticket(request: HttpRequest, topics: list[str], cursor: str) -> str:
    """The ticket of a page that was rendered at a cursor; "" for none.

    The session is read after the cursor: a right that was withdrawn since then has its event
    behind the cursor, and with it the ticket ends. What the request has read is older.
    """
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not (session_key and request.user.is_authenticated and tickets.lifetime()):
        return ""
    return tickets.seal(rights.admit(session_key, topics), Cursor.parse(cursor)) or ""
