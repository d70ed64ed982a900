"""The form of a notification."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.admin.actions import ActionField
from notifications.admin.audience import AudienceField
from notifications.errors import NoticeboardError
from notifications.models import Notification
from notifications.publishing import content

ACTIONS = ("first_action", "second_action")


class NotificationForm(forms.ModelForm):
    """What is said, to whom and when; publishing's own rules are the form's rules."""

    audience = AudienceField(
        label=_("Audience"),
        help_text=_("Who is in a group or a room when it is published, and who joins later."),
    )
    first_action = ActionField(
        label=_("First action"),
        help_text=_("A button: its label, and a link or a function of this site."),
    )
    second_action = ActionField(label=_("Second action"))

    class Meta:
        model = Notification
        fields = (
            "title",
            "body",
            "level",
            "link",
            "acknowledge",
            "is_draft",
            "publish_at",
            "expires_at",
            "replace_key",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "audience" in self.fields and self.instance.pk:
            self.initial["audience"] = self.instance.audience
        for number, name in enumerate(ACTIONS):
            if name in self.fields:
                action = dict(enumerate(self.instance.actions)).get(number)
                self.initial[name] = action
                field: Any = self.fields[name]
                field.offer(action)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        if ACTIONS[0] in self.fields:
            given = [self.cleaned_data.get(name) for name in ACTIONS]
            self.instance.actions = [action for action in given if action]
        try:
            content.clean(self.instance)
        except NoticeboardError as error:
            self.add_error(None, ValidationError(str(error.detail), code=error.code))
