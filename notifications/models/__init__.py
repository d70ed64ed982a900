"""The tables. What they mean is in docs; each file holds what belongs together."""

from notifications.models.answered import Answered
from notifications.models.followed import FollowedText
from notifications.models.former import Former
from notifications.models.log import Counter, Event, EventTopic
from notifications.models.notification import Address, Level, Notification, Place, State
from notifications.models.outcome import Outcome
from notifications.models.post import Mute, Post, Reaction, Report
from notifications.models.preference import Preference
from notifications.models.process import Look, Process
from notifications.models.reader import Mark, Receipt
from notifications.models.room import Membership, Notify, Room, RoomLevel
from notifications.models.view import SavedView

__all__ = [
    "Address",
    "Answered",
    "Counter",
    "Event",
    "EventTopic",
    "FollowedText",
    "Former",
    "Level",
    "Look",
    "Mark",
    "Membership",
    "Mute",
    "Notification",
    "Notify",
    "Outcome",
    "Place",
    "Post",
    "Preference",
    "Process",
    "Reaction",
    "Receipt",
    "Report",
    "Room",
    "RoomLevel",
    "SavedView",
    "State",
]
