"""Personal data: all that is kept about one person, as a whole to hand over or to delete.

What each table keeps, for how long and why is in docs/data.md. A project that keeps more about
its people registers it, and it is exported and deleted along.
"""

from notifications.personal.deleting import Deleted, delete, forget
from notifications.personal.exporting import export
from notifications.personal.kinds import register_personal_data

__all__ = ["Deleted", "delete", "export", "forget", "register_personal_data"]
