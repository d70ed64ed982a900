"""Every error that we answer with: a stable code, its HTTP status and a sentence for people."""

from __future__ import annotations

from typing import Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Row(NamedTuple):
    """One line of the table: HTTP status and the sentence shown when nothing better is known."""

    status: int
    text: str | Promise


TABLE: dict[str, Row] = {
    "bad_cursor": Row(400, _("The cursor is not readable. Take a new snapshot.")),
    "bad_json": Row(400, _("The body is not valid JSON.")),
    "bad_request": Row(400, _("The request is not valid.")),
    "bad_event": Row(400, _("The event is not valid.")),
    "bad_notification": Row(400, _("The notification is not valid.")),
    "bad_audience": Row(400, _("The audience is not valid.")),
    "bad_topic": Row(400, _("The topic is not valid.")),
    "bad_preference": Row(400, _("The preference is not valid.")),
    "bad_search": Row(400, _("The search is not valid.")),
    "unknown_action": Row(400, _("There is no such action.")),
    "unknown_field": Row(400, _("There is no such field.")),
    "wrong_type": Row(400, _("A field has the wrong type.")),
    "signed_out": Row(401, _("You are signed out. Sign in and try again.")),
    "forbidden": Row(403, _("You may not do this.")),
    "locked": Row(403, _("Required by your administrators.")),
    "csrf": Row(403, _("The CSRF token is missing or wrong. Reload the page.")),
    "bad_origin": Row(403, _("Requests from this origin are not accepted.")),
    "not_found": Row(404, _("There is no such thing, or you may not see it.")),
    "method_not_allowed": Row(405, _("This method is not allowed here.")),
    "conflict": Row(409, _("Somebody else changed this at the same time. Try again.")),
    "action_failed": Row(409, _("It did not work. Try again.")),
    "retracted": Row(409, _("The notification has been retracted.")),
    "expired": Row(409, _("The notification has expired.")),
    "too_large": Row(413, _("The request is too large.")),
    "old_version": Row(426, _("This page is of another version than the server. Reload it.")),
    "too_many": Row(429, _("Too many requests. Wait a moment and try again.")),
    "slow_mode": Row(429, _("This room is in slow mode. Wait a moment before the next post.")),
    "busy": Row(429, _("Too many connections are open. Close one and try again.")),
    "disconnected": Row(
        429, _("An operator has closed your connections. They come back in a minute.")
    ),
    "unavailable": Row(503, _("The service is not available. Try again in a moment.")),
}


class NoticeboardError(Exception):
    """An error with a code from `TABLE`; `detail` is a sentence that names the cure.

    `retry_after` is in seconds, for 429 and 503.
    """

    def __init__(
        self, code: str, detail: str | Promise = "", retry_after: float | None = None
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.status = TABLE[code].status
        self.retry_after = retry_after
        self._detail = detail

    @property
    def detail(self) -> str:
        """The sentence, in the language that is active now."""
        return str(self._detail or TABLE[self.code].text)

    def wire(self) -> dict[str, str]:
        """What a client is told."""
        return {"code": self.code, "detail": self.detail}

    def __str__(self) -> str:
        return self.detail


class Family(NoticeboardError):
    """Errors that one catches together; each has a code of its own or the family's."""

    usual = "bad_request"

    def __init__(
        self,
        detail: str | Promise = "",
        *,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code or self.usual, detail, retry_after)


class BadRequest(Family):
    """What was asked is malformed: bad_json, unknown_action, unknown_field, wrong_type …"""


class BadCursor(Family, ValueError):
    """The text is not a cursor."""

    usual = "bad_cursor"


class BadTopic(Family, ValueError):
    """The text is not a topic."""

    usual = "bad_topic"


class BadEvent(Family, ValueError):
    """An event with an unknown type, an unknown or missing field, or a value of a wrong type."""

    usual = "bad_event"


class BadNotification(Family, ValueError):
    """A notification whose fields break a rule."""

    usual = "bad_notification"


class BadAudience(Family, ValueError):
    """An audience that is empty or names somebody who does not exist."""

    usual = "bad_audience"


class BadSearch(Family, ValueError):
    """A search with a term that does not exist, or with a value that it does not take."""

    usual = "bad_search"


class BadPreference(Family, ValueError):
    """A preference that is not one, has no such value, or is not the reader's to choose.

    `field` is the name of the preference: bad_preference, unknown_field, wrong_type, locked.
    """

    usual = "bad_preference"

    def __init__(
        self, detail: str | Promise = "", *, field: str = "", code: str | None = None
    ) -> None:
        super().__init__(detail, code=code)
        self.field = field

    def wire(self) -> dict[str, str]:
        return {**super().wire(), "field": self.field}


class SignedOut(Family):
    """There is no valid session."""

    usual = "signed_out"


class Forbidden(Family):
    """One sees it but may not do this: forbidden, csrf, bad_origin."""

    usual = "forbidden"


class NotFound(Family):
    """It does not exist, or one may not see it: the same answer for both."""

    usual = "not_found"


class Conflict(Family):
    """The state does not allow it: conflict, retracted, expired."""

    usual = "conflict"


class ActionFailed(Family):
    """What a sender's action does did not work; the reason is for the user to read."""

    usual = "action_failed"


class TooLarge(Family):
    """A body or a frame over its limit."""

    usual = "too_large"


class OldVersion(Family):
    """A page that speaks to us as another version of ours did."""

    usual = "old_version"


class TooMany(Family):
    """Over a limit of requests (too_many) or of connections (busy), or kept away (disconnected)."""

    usual = "too_many"


class Unavailable(Family):
    """The database, or another part that we need, does not answer."""

    usual = "unavailable"


Reason = Literal["too_old", "unknown", "ahead"]


class Discontinued(Exception):
    """A cursor that this log cannot continue: pruned away, of another log, or ahead of the head."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
