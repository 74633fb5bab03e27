"""Forms of staff about their own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.validators import MaxLengthValidator
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from stores.counts import count_up
from stores.models import User

MOST_WRONG, WRONG_LASTS = 10, 300
LONGEST = 4096
"""Letters of a password: more is no password, and costs time to hash."""


class _TooManyGuesses(forms.ValidationError):
    def __init__(self) -> None:
        super().__init__(_("Too many wrong passwords. Try again in five minutes."))


def _email_input() -> forms.EmailInput:
    return forms.EmailInput({"class": "input", "autocomplete": "email"})


def _password_input(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput({"class": "input", "autocomplete": autocomplete})


def _present_password() -> forms.CharField:
    return forms.CharField(
        label=_("Your present password"),
        strip=False,
        max_length=LONGEST,
        widget=_password_input("current-password"),
    )


class _AsksThePassword:
    """Asks for the password, which somebody at an unlocked screen does not know."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        wrong = (
            f"guess:own:{salted_hmac('visavis.guess', str(self.user.pk)).hexdigest()}"
        )
        if count_up(wrong, seconds=WRONG_LASTS) > MOST_WRONG:
            raise _TooManyGuesses
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


class ResetForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=_email_input())

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # not at run time
    """Twice, because nobody sees what they type."""

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        labels = {
            "new_password1": _("New password"),
            "new_password2": _("The new password once more"),
        }
        for name, label in labels.items():
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].validators.append(MaxLengthValidator(LONGEST))
            self.fields[name].widget = _password_input("new-password")


class PasswordForm(_AsksThePassword, NewPasswordForm):
    """Present and new password."""

    password = _present_password()

    field_order = ("password", "new_password1", "new_password2")


class AddressForm(_AsksThePassword, forms.Form):
    password = _present_password()
    email = forms.EmailField(
        label=_("New e-mail address"), max_length=254, widget=_email_input()
    )

    field_order = ("email", "password")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if email == self.user.email:
            raise forms.ValidationError(_("This is your address already."))
        return email
