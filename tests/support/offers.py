"""Actions that a host project would register: one that works, one that says why it does not."""

from typing import Any

from notifications import ActionFailed, register_action


def approve(user: Any, notification: Any) -> str:
    return f"Approved by {user.first_name or user.username}"


def refuse(user: Any, notification: Any) -> str:
    raise ActionFailed("The build is gone.")


register_action("test.approve", approve)
register_action("test.refuse", refuse)
