"""What a telephone number tells: whether it takes text messages, and in which land."""

from __future__ import annotations

import phonenumbers

_MOBILE = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    # Ranges are opened faster than tables are printed; fixed lines are long known.
    phonenumbers.PhoneNumberType.UNKNOWN,
}


def is_mobile(phone: str) -> bool:
    number = _parsed(phone)
    if number is None or not phonenumbers.is_possible_number(number):
        return False
    return phonenumbers.number_type(number) in _MOBILE


def region_of(phone: str) -> str:
    """`FR`, `RE` …; empty for what is no number."""
    number = _parsed(phone)
    return phonenumbers.region_code_for_number(number) or "" if number else ""


def _parsed(phone: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None
