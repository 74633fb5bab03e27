"""Passwords that everybody tries: the list of twenty thousand that Django carries, and
what people make of its words to reach twelve characters.

Nothing is asked of a service elsewhere. It is no list of breached passwords in full:
those are gigabytes, and short ones that our minimum length refuses already.
"""

from __future__ import annotations

import string
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

AROUND = string.digits + string.punctuation + string.whitespace
INSTEAD = str.maketrans("013457@$!", "oleastasi")
"""Signs that stand for a letter: p@ssw0rd."""
ROWS = (
    "0123456789",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiop",
    "qwertyuiop",
    "qwertzuiop",
    "qsdfghjklm",
    "asdfghjkl",
)
SHORTEST = 4


class WellKnownPasswordValidator:
    """Refuses a listed word by itself, repeated, between digits and signs, or with
    signs for letters; and rows of the keyboard."""

    def validate(self, password: str, user: object = None) -> None:
        if is_well_known(password):
            words = _("This password is on lists that everybody tries. "
                      "Four words of your own are better.")  # fmt: skip
            raise ValidationError(words, code="password_too_common")

    def get_help_text(self) -> str:
        return ""


def is_well_known(password: str) -> bool:
    low = password.strip().lower()
    return _is_row(low) or any(part in _listed() for part in _parts(low))


@cache
def _listed() -> frozenset[str]:
    """Half a megabyte, read at the first password that somebody sets."""
    return frozenset(CommonPasswordValidator().passwords)


def _parts(low: str) -> set[str]:
    parts = {low, low.strip(AROUND)}
    parts |= {part.translate(INSTEAD) for part in parts}
    parts |= {part.strip(AROUND) for part in parts}
    return {_unit(part) for part in parts if len(part) >= SHORTEST}


def _unit(text: str) -> str:
    """`abcabc` → `abc`."""
    period = (text + text).find(text, 1)
    return text[:period]


def _is_row(low: str) -> bool:
    if len(set(low)) <= 2:
        return True
    lines = [row * (len(low) // len(row) + 2) for row in ROWS]
    return any(low in line or low[::-1] in line for line in lines)
