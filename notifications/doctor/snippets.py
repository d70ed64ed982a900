"""What a project begins with, to be copied. docs/doctor.md shows the same; tests run it."""

TEMPLATE = """\
{% load notify %}
{% notification_bell %}"""

CODE = """\
from notifications import notify

notify("It works", to=user, body="Sent by **code**.", level="success")"""

LINK = """\
<a href="{% url 'admin:notifications_notification_add' %}">Write a notification</a>"""
