"""Forms of the room's pages. Field names are the keywords of the services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.fields import NameField
from video.models import HoldMessage, Refusal

HOLDS = [
    (HoldMessage.WITH_CUSTOMER, _("With another customer, about 5 minutes")),
    (HoldMessage.LONGER, _("About 10 minutes more")),
    (HoldMessage.GETTING_READY, _("Getting your file ready")),
]
REFUSALS = [
    (Refusal.NOT_NOW, _("We cannot take the visit by video now")),
    (Refusal.BY_PHONE, _("Better settled by phone")),
    (Refusal.ANOTHER_VISIT, _("This needs another appointment")),
]


class WhoForm(forms.Form):
    """The guest or participant meant; without one, the customer."""

    who = forms.UUIDField(required=False)


class HoldForm(forms.Form):
    message = forms.TypedChoiceField(choices=HOLDS, coerce=HoldMessage)


class RefuseForm(WhoForm):
    reason = forms.TypedChoiceField(choices=REFUSALS, coerce=Refusal)


class GuestForm(forms.Form):
    first_name = NameField(
        max_length=60,
        label=_("Your first name"),
        error_messages={"required": _("Write your first name.")},
        widget=forms.TextInput({"class": "input", "autocomplete": "given-name"}),
    )
