"""What customers type, checked before any service is asked."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from stores.models import Channel

_ADDRESS = re.compile(r"://|\bwww\.|\.(?:com|net|org|fr|ru|top|xyz|info)\b", re.I)


PHONE_ATTRIBUTES = {
    "class": "input",
    "type": "tel",
    "inputmode": "tel",
    "autocomplete": "tel",
}


class StartField(forms.CharField):
    """An instant as the page wrote it: ISO 8601 with its offset."""

    def clean(self, value: Any) -> dt.datetime:
        text = super().clean(value)
        try:
            instant = dt.datetime.fromisoformat(text)
            if instant.tzinfo is not None:
                return instant.astimezone(dt.UTC)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(self.error_messages["required"]) from error
        raise forms.ValidationError(self.error_messages["required"])


class TimeForm(forms.Form):
    start = StartField(error_messages={"required": _("Choose a time.")})


class EmailField(forms.EmailField):
    default_error_messages = {
        "invalid": _("This is no e-mail address. For example: lea@example.org")
    }


class PhoneField(forms.CharField):
    """A telephone number as people write it at home; cleaned to E.164."""

    widget = forms.TextInput
    default_error_messages = {
        "phone": _("This is no telephone number. For example: %(example)s"),
        "required": _("Write your telephone number."),
    }
    region = "FR"

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return e164(text, self.region) if text else ""


def e164(text: str, region: str) -> str:
    """Raises ValidationError with an example of the region for what is no number.

    Country and length decide. The list of ranges in use does not: it is as old as the
    installed package, and would refuse people whose range was opened since.
    """
    try:
        number = phonenumbers.parse(text, region)
        reason = phonenumbers.is_possible_number_with_reason(number)
        valid = reason == phonenumbers.ValidationResult.IS_POSSIBLE
    except phonenumbers.NumberParseException:
        valid = False
    if not valid:
        message = PhoneField.default_error_messages["phone"]
        raise forms.ValidationError(
            message, code="phone", params={"example": example_phone(region)}
        )
    written: str = phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.E164
    )
    return written


def example_phone(region: str) -> str:
    """A mobile number that nobody has, as people of the region write it."""
    number = phonenumbers.example_number_for_type(
        region, phonenumbers.PhoneNumberType.MOBILE
    )
    if number is None:
        return "+33 6 39 98 00 10"
    written: str = phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.NATIONAL
    )
    return written


def question_field(label: Any, *, rows: int) -> forms.CharField:
    """The customer's own words, wherever they are asked for."""
    return forms.CharField(
        max_length=280,
        required=False,
        label=label,
        widget=forms.Textarea(attrs={"rows": rows, "class": "input"}),
        error_messages={"max_length": _("At most 280 characters, please.")},
    )


class SentenceForm(forms.Form):
    """What a customer says before choosing a topic; it is the question of later."""

    question = question_field(_("Say it in one sentence"), rows=2)


class DetailsForm(forms.Form):
    """Name, and one way to be reached; a callback needs the number to call.

    `reach` says which of the two fields the customer filled in; the other is dropped.
    """

    PHONE, EMAIL = "phone", "email"

    name = forms.CharField(
        max_length=80,
        label=_("Your name"),
        error_messages={
            "required": _("Write your name."),
            "max_length": _("At most 80 characters, please."),
        },
    )
    reach = forms.ChoiceField(
        choices=[(EMAIL, _("By e-mail")), (PHONE, _("By phone"))],
        required=False,
        initial=EMAIL,
        widget=forms.RadioSelect,
    )
    email = EmailField(max_length=254, required=False, label=_("Your e-mail"))
    phone = PhoneField(max_length=40, required=False, label=_("Your telephone number"))
    question = question_field(_("Your question"), rows=3)
    also = forms.BooleanField(required=False, label=_("Book this one too"))

    def __init__(self, *args: Any, channel: str, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_callback = channel == Channel.CALLBACK
        phone = self.fields["phone"]
        if isinstance(phone, PhoneField):
            phone.region = country
        for name, token in (("name", "name"), ("email", "email")):
            attributes = self.fields[name].widget.attrs
            attributes.update({"class": "input", "autocomplete": token})
        phone.widget.attrs.update(PHONE_ATTRIBUTES)

    @property
    def errors_in_order(self) -> list[tuple[str, str]]:
        """Each error with the id of its field, for the summary."""
        return [
            (self[name].id_for_label, str(message))
            for name in self.fields
            for message in self.errors.get(name, ())
        ]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable() or _ADDRESS.search(name):
            raise forms.ValidationError(_("Only your name, please: no link."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if self.is_callback:
            self._require("phone", _("Write the number that we should call."))
        elif cleaned.get("reach") == self.PHONE:
            self._drop("email")
            self._require("phone", _("Write your telephone number."))
        else:
            self._drop("phone")
            self._require("email", _("Write your e-mail address."))
        return cleaned

    def _require(self, name: str, message: Any) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, message)

    def _drop(self, name: str) -> None:
        self.cleaned_data[name] = ""
        self.errors.pop(name, None)


class PhoneForm(forms.Form):
    """The number to call; may stay empty where one is known already."""

    phone = PhoneField(max_length=40, required=False, label=_("Your telephone number"))

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phone = self.fields["phone"]
        if isinstance(phone, PhoneField):
            phone.region = country
        phone.widget.attrs.update(PHONE_ATTRIBUTES)
