"""Forms of a proof: a code, a password, an app's first code, a passkey's name."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from django import forms
from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from booking.fields import NameField
from stores.counts import count_down, count_up
from stores.models import User
from visavis.accounts.factors.services import authenticator_of, is_password

MOST_WRONG, WRONG_LASTS = 5, 300
MOST_OF_DAY, DAY = 50, 24 * 3600
SECRET_LASTS = 1800
CODE = {
    "class": "input",
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autocapitalize": "off",
    "spellcheck": "false",
}


class TooManyCodes(forms.ValidationError):
    def __init__(self) -> None:
        super().__init__(_("Too many wrong codes. Try again in five minutes."))


class _Guess:
    """One try, counted before it is looked at, and taken back if it was right."""

    def __init__(self, user: User) -> None:
        mark = salted_hmac("visavis.code", str(user.pk)).hexdigest()
        self._keys = (f"code:{mark}", f"code:day:{mark}")
        wrong = count_up(self._keys[0], seconds=WRONG_LASTS)
        of_day = count_up(self._keys[1], seconds=DAY)
        if wrong > MOST_WRONG or of_day > MOST_OF_DAY:
            raise TooManyCodes

    def take_back(self) -> None:
        for key in self._keys:
            count_down(key)


class CodeForm(forms.Form):
    """Six digits of the app, or one of the recovery codes, once each."""

    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(CODE))

    authenticator: Authenticator

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        guess = _Guess(self.user)
        found = authenticator_of(user=self.user, code=code)
        if found is None:
            words = _("This code does not fit, or was used already.")
            raise forms.ValidationError(words)
        guess.take_back()
        self.authenticator = found
        return code


class AppForm(forms.Form):
    """The first code of an app. Its secret stands, signed, in the page alone until a
    code proves that the app has it."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("The six digits that the app shows"),
        max_length=20,
        widget=forms.TextInput(CODE),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.secret = self._sent() or generate_totp_secret()
        # Also in the page that answers a wrong code, or that was open for too long.
        self.initial["sealed"] = _signer(user).sign(self.secret)
        self.data = {name: self.data.get(name) for name in self.data}
        self.data["sealed"] = self.initial["sealed"]

    def _sent(self) -> str:
        """The secret of the page that was sent; empty for one that was open for
        too long, or for somebody else."""
        try:
            return str(
                _signer(self.user).unsign(
                    self.data.get("sealed", ""), max_age=SECRET_LASTS
                )
            )
        except signing.BadSignature:
            return ""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].replace(" ", "")
        guess = _Guess(self.user)
        if not validate_totp_code(self.secret, code):
            raise forms.ValidationError(
                _("This is not the code of now. Type the next.")
            )
        guess.take_back()
        return code


def _signer(user: User) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"visavis.totp.{user.pk}")


class PasskeyNameForm(forms.Form):
    name = NameField(
        label=_("Its name"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"class": "input", "autocomplete": "off"}),
    )


class PasswordProofForm(forms.Form):
    """For who has no second factor yet."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(
            {"class": "input", "autocomplete": "current-password"}
        ),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        guess = _Guess(self.user)
        if not is_password(user=self.user, password=password):
            raise forms.ValidationError(_("This is not your password."))
        guess.take_back()
        return password
