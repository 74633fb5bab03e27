"""What customers type about their messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.fields import PHONE_ATTRIBUTES, EmailField, PhoneField
from notifications.outbox.text_budget import texts_reach


class ContactForm(forms.Form):
    """Another address, another number, or both."""

    email = EmailField(
        max_length=254, required=False, label=_("Another e-mail address")
    )
    phone = PhoneField(max_length=40, required=False, label=_("Or a telephone number"))

    def __init__(self, *args: Any, brand_id: int, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand_id = brand_id
        phone = self.fields["phone"]
        if isinstance(phone, PhoneField):
            phone.region = country
        phone.widget.attrs.update(PHONE_ATTRIBUTES)
        self.fields["email"].widget.attrs.update(
            {"class": "input", "autocomplete": "email"}
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not self.errors and not (cleaned.get("email") or cleaned.get("phone")):
            self.add_error("email", _("Write an e-mail address or a number."))
        phone, email = cleaned.get("phone"), cleaned.get("email")
        if phone and not email and not texts_reach(self.brand_id, phone):
            words = _(
                "No text message reaches this number. Write an e-mail address, too."
            )
            self.add_error("email", words)
        return cleaned

    @property
    def errors_in_order(self) -> list[tuple[str, str]]:
        """Each error with the id of its field, for the summary."""
        return [
            (self[name].id_for_label, str(message))
            for name in self.fields
            for message in self.errors.get(name, ())
        ]
