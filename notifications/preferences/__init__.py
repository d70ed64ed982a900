"""What a reader has chosen about how he is told: `of(user)` reads it, `change(user, …)` writes.

What is chosen is the reader's, on every page and in every browser; what one browser alone is to do
(desktop notifications, sound) is not here but in that browser.
"""

from notifications.preferences.rooms import deaf, followers, quiet_rooms
from notifications.preferences.shape import DEFAULTS, Preferences
from notifications.preferences.storing import change, of

__all__ = ["DEFAULTS", "Preferences", "change", "deaf", "followers", "of", "quiet_rooms"]
