"""The audience of a notification as a form field: topics, chosen by typing."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import get_select2_language
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from notifications.admin.choices import described, offered
from notifications.audience import resolve
from notifications.errors import BadAudience

SEARCH_URL = reverse_lazy("admin:notifications_notification_audience")


class AudienceWidget(forms.SelectMultiple):
    """The admin's own autocomplete, asking our address; without JavaScript a list of the few."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return attrs | {
            "class": "admin-autocomplete",
            "data-ajax--cache": "true",
            "data-ajax--delay": 250,
            "data-ajax--type": "GET",
            "data-ajax--url": str(SEARCH_URL),
            "data-allow-clear": json.dumps(not self.is_required),
            "data-placeholder": str(_("Everyone, a group, a room or a person")),
            "data-theme": "admin-autocomplete",
            "lang": get_select2_language(),
        }

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        chosen = described(value)
        others = [choice for choice in offered() if choice.topic not in value]
        options = [
            self.create_option(name, topic, text, selected=position < len(chosen), index=position)
            for position, (topic, text) in enumerate([*chosen, *others])
        ]
        return [(None, options, 0)]

    @property
    def media(self) -> forms.Media:
        kind = "" if settings.DEBUG else ".min"
        language = get_select2_language()
        scripts = [f"vendor/jquery/jquery{kind}.js", f"vendor/select2/select2.full{kind}.js"]
        if language:
            scripts.append(f"vendor/select2/i18n/{language}.js")
        scripts += ["jquery.init.js", "autocomplete.js"]
        styles = [f"vendor/select2/select2{kind}.css", "autocomplete.css"]
        return forms.Media(
            js=[f"admin/js/{script}" for script in scripts],
            css={"screen": [f"admin/css/{style}" for style in styles]},
        )


class AudienceField(forms.Field):
    """A list of topics; what is written as ``user:alice`` is understood too."""

    widget = AudienceWidget

    def to_python(self, value: Any) -> list[str]:
        return list(value or [])

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        if not chosen:
            return []
        try:
            return resolve(chosen)
        except BadAudience as error:
            raise ValidationError(str(error.detail), code=error.code) from error

    def has_changed(self, initial: Sequence[str] | None, data: Any) -> bool:
        return set(initial or []) != set(data or [])
