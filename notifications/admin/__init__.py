"""The admin: notifications and their life, rooms, members, reports, people, server processes."""

from notifications.admin.notification import NotificationAdmin
from notifications.admin.person import PersonAdmin, PersonalData
from notifications.admin.process import ProcessAdmin
from notifications.admin.report import ReportAdmin
from notifications.admin.room import MembershipAdmin, RoomAdmin

__all__ = [
    "MembershipAdmin",
    "NotificationAdmin",
    "PersonAdmin",
    "PersonalData",
    "ProcessAdmin",
    "ReportAdmin",
    "RoomAdmin",
]
