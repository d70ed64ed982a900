"""The admin: notifications with their audience and their life, rooms and memberships."""

from notifications.admin.notification import NotificationAdmin
from notifications.admin.room import MembershipAdmin, RoomAdmin

__all__ = ["MembershipAdmin", "NotificationAdmin", "RoomAdmin"]
