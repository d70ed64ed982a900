"""The admin: notifications with their audience and their life, rooms, members and reports."""

from notifications.admin.notification import NotificationAdmin
from notifications.admin.person import PersonAdmin, PersonalData
from notifications.admin.report import ReportAdmin
from notifications.admin.room import MembershipAdmin, RoomAdmin

__all__ = [
    "MembershipAdmin",
    "NotificationAdmin",
    "PersonAdmin",
    "PersonalData",
    "ReportAdmin",
    "RoomAdmin",
]
