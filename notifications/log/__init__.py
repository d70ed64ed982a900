"""The log: an append-only table of events, the only truth about what clients were told.

An event is *appended* in the transaction of the change it tells of, without a number: an
auto-increment id is handed out before the commit, so a reader that had passed it would never see
a transaction that commits late. After the commit a short transaction of its own *stamps* what
waits with 1, 2, 3 … under one lock that nobody waits for. Readers see only stamped events. So
what committed before another began has the lower seq, no event appears behind a cursor, and what
was rolled back has no number. A process that dies between commit and stamp loses nothing: the
next stamp, by any process, takes its events along.

*Pruning* deletes the oldest events and raises the floor. A cursor is continued only if it is not
below the floor, not ahead of the head, and the event at its seq carries its check.
"""

from notifications.errors import Discontinued
from notifications.log.appending import append, append_many
from notifications.log.forgetting import blank, forget, unname, unquote
from notifications.log.pruning import Pruned, prune
from notifications.log.reading import Head, after, check, head, pending, read
from notifications.log.stamping import stamp
from notifications.log.writing import transaction

__all__ = [
    "Discontinued",
    "Head",
    "Pruned",
    "after",
    "append",
    "append_many",
    "blank",
    "check",
    "forget",
    "head",
    "pending",
    "prune",
    "read",
    "stamp",
    "transaction",
    "unname",
    "unquote",
]
