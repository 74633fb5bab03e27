"""Forms of staff and desk. Field names are the keywords of the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.fields import e164, question_field
from booking.models import CallAttempt
from booking.states import Outcome

DELAYS = (5, 10, 15)
"""Minutes, as the buttons stand on the page."""


class OutcomeForm(forms.Form):
    outcome = forms.TypedChoiceField(choices=Outcome.choices, coerce=Outcome)


class DelayForm(forms.Form):
    """The minutes we are late; 0 takes it back."""

    minutes = forms.TypedChoiceField(
        choices=[(n, n) for n in (0, *DELAYS)], coerce=int, empty_value=None
    )


class VersionForm(forms.Form):
    """The version of the visit that the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DeclineForm(VersionForm):
    """The words that the customer reads, as they are written."""

    answer = question_field(_("Your words to the customer"), rows=4)


class MissedForm(forms.Form):
    """The side that did not come."""

    by_staff = forms.BooleanField(required=False)


class CallForm(forms.Form):
    """The result of the call, its number, and the telephone number that was dialled."""

    result = forms.TypedChoiceField(
        choices=CallAttempt.Result.choices, coerce=CallAttempt.Result
    )
    number = forms.IntegerField(required=False)
    dialled = forms.CharField(required=False)


class CallbackForm(forms.Form):
    """The number is asked only where the customer left none; cleaned to E.164."""

    phone = forms.CharField(max_length=30, required=False)

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def clean_phone(self) -> str:
        written = str(self.cleaned_data["phone"])
        return e164(written, self.region) if written else ""
