"""The pages people see: the inbox, one notification, and the forms that work without JavaScript."""

from notifications.views.actions import act
from notifications.views.catalogue import catalogue
from notifications.views.pages import detail, inbox

__all__ = ["act", "catalogue", "detail", "inbox"]
