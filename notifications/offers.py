"""What a sender offers with a notification: up to two actions, each a link or a known function.

A function is registered by the host project under a name; the server itself never fetches a URL.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from notifications.errors import BadNotification
from notifications.models.outcome import NAME_CHARACTERS
from notifications.text import clean_line, harmless_link, safe_link

MOST_ACTIONS = 2
LABEL_CHARACTERS = 24

Do = Callable[[Any, Any], str | None]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_functions: dict[str, Do] = {}


def register_action(name: str, function: Do) -> None:
    """Let notifications offer ``function`` under ``name``; call it in your `AppConfig.ready()`.

    It is called with (user, notification) and returns the text that the user is shown, at most 200
    characters, or None. It runs once per user and notification, in a transaction; what it raises
    takes all of it back, and the user may try again. `ActionFailed` tells the user why.

    Raises ``ValueError`` for a name that is not lower-case letters, digits, ``.``, ``_``, ``-``.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of an action: use a-z, 0-9, '.', '_' and '-'.")
    _functions[name] = function


def registered_action(name: str) -> Do | None:
    """The function of that name, if the host project has registered one."""
    return _functions.get(name)


def registered_names() -> list[str]:
    """The names of all functions, sorted."""
    return sorted(_functions)


def clean_actions(actions: Any) -> list[dict[str, str]]:
    """The actions as they are stored, each with ``label`` and ``url`` or ``do``.

    Raises `BadNotification`, which names the cure.
    """
    if not isinstance(actions, list | tuple):
        raise BadNotification(_("actions must be a list."))
    if len(actions) > MOST_ACTIONS:
        raise BadNotification(_("A notification has at most two actions."))
    cleaned = [_clean(action) for action in actions]
    names = [action["do"] for action in cleaned if "do" in action]
    if len(names) != len(set(names)):
        raise BadNotification(_("Two actions of a notification cannot do the same."))
    return cleaned


def wire_actions(actions: Sequence[Mapping[str, str]]) -> list[dict[str, str | None]]:
    """The actions as an item has them: ``label``, ``url`` or null, ``do`` or null."""
    return [
        # Checked again: a fixture or a bulk write has passed by the check at saving.
        {
            "label": action["label"],
            "url": harmless_link(action["url"]) if "url" in action else None,
            "do": action.get("do"),
        }
        for action in actions
    ]


def _clean(action: Any) -> dict[str, str]:
    values = action.values() if isinstance(action, Mapping) else [None]
    if not all(isinstance(each, str) for each in values):
        said = _("An action has a label, and a url or what to do, all of them text.")
        raise BadNotification(said)
    unknown = sorted(map(str, action.keys() - {"label", "url", "do"}))
    if unknown:
        raise BadNotification(
            _("An action has no %(unknown)s. It has: label, url, do.")
            % {"unknown": ", ".join(unknown)}
        )
    label = clean_line(action.get("label", ""))
    if not 1 <= len(label) <= LABEL_CHARACTERS:
        raise BadNotification(
            _("The label of an action has 1 to %(most)d characters.") % {"most": LABEL_CHARACTERS}
        )
    url, name = safe_link(action.get("url", "")), action.get("do", "")
    if bool(url) == bool(name):
        raise BadNotification(
            _("The action “%(label)s” needs either a link or what to do.") % {"label": label}
        )
    if name and name not in _functions:
        known = ", ".join(registered_names()) or "–"
        raise BadNotification(
            _("“%(name)s” is no registered action. Registered are: %(known)s.")
            % {"name": name[:NAME_CHARACTERS], "known": known}
        )
    return {"label": label, "url": url} if url else {"label": label, "do": name}
