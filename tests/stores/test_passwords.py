"""Which passwords are too well known."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.cast import PASSWORD
from tests.house.sources import PACKAGES, files, text_of


@pytest.mark.parametrize(
    "password",
    ["qwertyuiop123", "Password2026!", "P@ssw0rd1234", "passwordpassword",
     "123456789012", "210987654321", "aaaaaaaaaaaa", "Sunshine!!!!", "bcdefghijklmno",
     "1985198519851985", "azertyuiopaz"],
)  # fmt: skip
def test_what_everybody_tries_is_refused(password: str) -> None:
    with pytest.raises(ValidationError, match=r"everybody|chacun|essaie"):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "four words are better", "vélo bleu sous la pluie", "K7-rotor-4821-lin",
     "passwords are not my thing"],
)  # fmt: skip
def test_words_of_ones_own_are_taken(password: str) -> None:
    validate_password(password)


def test_every_place_that_sets_a_password_asks() -> None:
    """By Django's form, or by the validators themselves."""
    name = "stores.accounts.passwords.WellKnownPasswordValidator"
    assert {"NAME": name} in settings.AUTH_PASSWORD_VALIDATORS
    takers = {
        str(path)
        for path in files(".py", folders=PACKAGES)
        if "PasswordInput(" in text_of(path) and "new-password" in text_of(path)
    }
    assert takers == {"visavis/accounts/forms.py", "visavis/setup/forms.py"}
    for path in takers:
        text = text_of(next(p for p in files(".py") if str(p) == path))
        assert "SetPasswordForm" in text or "validate_password" in text, path
