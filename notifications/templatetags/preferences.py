"""`{% reader_attributes %}`: the looks that the reader has chosen, on the page's root element."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from notifications.views.preferences import mine

register = template.Library()


@register.simple_tag(takes_context=True)
def reader_attributes(context: Context) -> SafeString:
    """They are in the page itself, so that nothing moves when its script begins."""
    chosen = mine(context["request"])
    times = "relative" if chosen.relative_times else "absolute"
    return format_html(' data-density="{}" data-times="{}"', chosen.density, times)
