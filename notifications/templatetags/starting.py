"""What the admin says to who has just begun."""

from django import template
from django.template import Context

from notifications.models import Notification

register = template.Library()


@register.simple_tag(takes_context=True)
def nothing_yet(context: Context) -> bool:
    """Whether nobody has written a notification, and the reader may."""
    user = context["request"].user
    return user.has_perm("notifications.add_notification") and not Notification.objects.exists()
