"""What the page of API keys sends."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT
from booking.models import ApiKey

SCOPES = [
    (ApiKey.Scope.READ_APPOINTMENTS.value, _("Read the appointments")),
    (ApiKey.Scope.WRITE_APPOINTMENTS.value, _("Book, move and cancel")),
    (ApiKey.Scope.READ_CUSTOMERS.value, _("Read the customers’ names and numbers")),
]


class ApiKeyForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"), max_length=60, widget=forms.TextInput(INPUT)
    )
    scopes = forms.MultipleChoiceField(
        choices=SCOPES,
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
