"""The five answers that open an installation, on two pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from booking.fields import EmailField, NameField
from stores.editing.brands import check_name, has_account
from stores.errors import BrandRefused
from stores.models import User

INPUT = {"class": "input"}


class OpeningForm(forms.Form):
    """The view compares the code: a form may be asked twice, a code is counted."""

    code = forms.CharField(
        label=_("Set-up code"),
        max_length=40,
        error_messages={"required": _("Type the code from the server’s terminal.")},
        widget=forms.TextInput(
            {
                "class": "input codein",
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    brand = NameField(
        label=_("Name of the brand"),
        max_length=60,
        error_messages={
            "required": _("Write the name of your brand."),
            "link": _("Only the name, please: no link."),
            "address": _("Only the name, please: no e-mail address."),
            "nothing": _("Write the name of your brand."),
        },
        widget=forms.TextInput(INPUT | {"autocomplete": "organization"}),
    )
    email = EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(INPUT | {"autocomplete": "email"}),
    )

    def clean_brand(self) -> str:
        name: str = self.cleaned_data["brand"]
        try:
            check_name(name)
        except BrandRefused as refused:
            raise forms.ValidationError(_words_of(refused)) from refused
        return name

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def refuse_known_address(self) -> None:
        """Asked only of somebody whose code fits: nobody else learns who is known."""
        email = self.cleaned_data.get("email", "")
        if email and has_account(email):
            words = _("This address has an account already. Take another one.")
            self.add_error("email", words)


def _words_of(refused: BrandRefused) -> Any:
    if refused.why == "taken":
        return _("There is a brand of this name already. Take another one.")
    return _("A name has letters or digits: the address of your pages is made of them.")


class PasswordForm(forms.Form):
    """Twice, because nobody sees what they type."""

    name = NameField(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(INPUT | {"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(INPUT | {"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The password once more"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(INPUT | {"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password"), data.get("again")
        if first and second and first != second:
            self.add_error("again", _("The two are not the same."))
        elif first:
            user = User(email=self.email, name=data.get("name", ""))
            try:
                validate_password(first, user)
            except forms.ValidationError as refused:
                self.add_error("password", refused)
        return data


def focus_first_error(form: forms.Form) -> None:
    """The cursor stands where something has to be changed."""
    for name, field in form.fields.items():
        if name in form.errors:
            field.widget.attrs["autofocus"] = True
            return
