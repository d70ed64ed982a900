"""Publishing: every change that readers are told of, written together with the event that tells it.

One transaction holds both; the log stamps the event after the commit. What is due later, and what
no signal has told (fixtures, bulk writes), `due` publishes. All the words for it are here; the
receivers call the same functions for what is saved in the admin or a shell.
"""

from notifications.publishing.access import forget_topic, rights_changed, room_rights_changed
from notifications.publishing.audiences import address_added, address_deleted
from notifications.publishing.changing import edit, publish, retract, set_audience
from notifications.publishing.mentions import forget_mentions, people
from notifications.publishing.moderation import moderate, pinned_ids
from notifications.publishing.own import delete_post, edit_post, source
from notifications.publishing.reacting import react
from notifications.publishing.reporting import report, settle
from notifications.publishing.retention import Pruned, prune
from notifications.publishing.rooms import (
    post,
    refused_part,
    refused_post,
    room_changed,
    visitor_name,
)
from notifications.publishing.saving import Before, after_delete, after_save, before_save
from notifications.publishing.schedule import due
from notifications.publishing.standing import standing
from notifications.publishing.walls import new_wall_key
from notifications.publishing.writing import anotify, notify, notify_many

__all__ = [
    "Before",
    "Pruned",
    "address_added",
    "address_deleted",
    "after_delete",
    "after_save",
    "anotify",
    "before_save",
    "delete_post",
    "due",
    "edit",
    "edit_post",
    "forget_mentions",
    "forget_topic",
    "moderate",
    "new_wall_key",
    "notify",
    "notify_many",
    "people",
    "pinned_ids",
    "post",
    "prune",
    "publish",
    "react",
    "refused_part",
    "refused_post",
    "report",
    "retract",
    "rights_changed",
    "room_changed",
    "room_rights_changed",
    "set_audience",
    "settle",
    "source",
    "standing",
    "visitor_name",
]
