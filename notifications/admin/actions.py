"""One action of a notification as a field of a form: its label, and a link or a function."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.offers import LABEL_CHARACTERS, registered_names

PARTS = ("label", "url", "do")


class ActionWidget(forms.MultiWidget):
    """Three inputs beside each other, each with a name of its own for who cannot see them."""

    def __init__(self, names: list[str]) -> None:
        label, link, do = _("Label"), _("Link"), _("Function")
        choices = [("", _("no function")), *((name, name) for name in names)]
        widgets = (
            forms.TextInput(
                {"placeholder": label, "aria-label": label, "maxlength": LABEL_CHARACTERS}
            ),
            forms.TextInput({"placeholder": link, "aria-label": link}),
            forms.Select({"aria-label": do}, choices),
        )
        super().__init__(widgets)

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(part, "") for part in PARTS]


class ActionField(forms.MultiValueField):
    """An action as `notify` takes it, or None. What is wrong with it publishing says."""

    def __init__(self, **kwargs: Any) -> None:
        fields = tuple(forms.CharField(required=False) for _part in PARTS)
        super().__init__(fields, required=False, widget=ActionWidget([]), **kwargs)

    def offer(self, action: dict[str, str] | None) -> None:
        """Offer what is registered now, and what the notification has."""
        names = {*registered_names(), *filter(None, [(action or {}).get("do", "")])}
        self.widget = ActionWidget(sorted(names))

    def compress(self, data_list: list[str]) -> dict[str, str] | None:
        action = dict(zip(PARTS, data_list, strict=False))
        return {part: text for part, text in action.items() if text} or None
