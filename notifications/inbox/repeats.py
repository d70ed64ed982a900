"""Actions that may be sent twice: a request with a key is done once, and answered as then."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import log
from notifications.conf import options
from notifications.errors import BadRequest
from notifications.models import Answered

KEPT = timedelta(hours=24)
KEY = re.compile(r"[!-~]{1,64}", re.ASCII)


def once(user: Any, key: str, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``act`` answers, or what it answered to the user's request with the same key before.

    Both at once: the second waits for the first. What is refused leaves no trace and may be tried
    again. Raises ``bad_request`` for a key that is none.
    """
    if not KEY.fullmatch(key):
        raise BadRequest(_("Idempotency-Key must be 1 to 64 visible ASCII characters."))
    with log.transaction():
        rows = Answered.objects.using(options.DATABASE)
        row, fresh = rows.get_or_create(user_id=user.pk, key=key)
        if not fresh and row.at > timezone.now() - KEPT:
            known: dict[str, Any] = json.loads(row.answer)
            return known
        answer = act()
        row.answer, row.at = json.dumps(answer), timezone.now()
        row.save(using=options.DATABASE, update_fields=["answer", "at"])
    return answer
