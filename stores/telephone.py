"""Telephone numbers: which ones exist, what they cost, and whether they take texts.

What people write is read as in the country of their store and kept in E.164. Nothing
here asks a network: a number is judged by the numbering plans that the package
`phonenumbers` carries, and by the blocks of ARCEP's French plan (decision 2018-0881),
which nine lands share: `0692 12 34 56` rings in Réunion from all of them.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, shortnumberinfo

FRENCH_PLAN = {
    "FR": 33, "GP": 590, "BL": 590, "MF": 590, "GF": 594, "MQ": 596,
    "RE": 262, "YT": 262, "PM": 508,
}  # fmt: skip
"""Regions that write ten digits alike, each with its calling code."""

_LIKE_FRANCE = FRENCH_PLAN.keys() - {"PM"}
"""Regions with France's short numbers too, where nobody dials fewer digits."""

_OVERSEAS = {
    590: ("690", "691", "7090", "590", "5987"),
    594: ("694", "70930", "70931", "70932", "70933", "594", "5988"),
    596: ("696", "697", "7091", "596", "5989"),
    262: (
        "692", "693", "639", "7092", "70935", "70936", "70937",
        "262", "263", "268", "269",
    ),
    508: ("508", "708"),
}  # fmt: skip
"""Blocks of a territory, without the leading zero. All of a block is of the plan:
operators are given more of it each year, later than a package is installed."""

_FICTION = "63998"
"""Given to nobody (ARCEP, decision 2018-0881): films, examples and our demo use it."""

_TEXTS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_COSTLY = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
}
_NOWHERE = "001"
"""The region of satellites and other services without a land."""

_EXTENSION = re.compile(
    r"(?P<number>.*\d)\W*?"
    r"(?:[#,;x]|p(?:oste|st)?|ext(?:n|ension)?|int(?:erne)?|durchwahl|dw)"
    r"[\s:=.°]*(?:n°)?\s*\d{1,7}\W*",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")
_DIALLED = re.compile(r"\+?[0-9][0-9 .()\-]{1,18}")


class NumberRefused(ValueError):
    """The number is not taken; the code names the cause."""

    code = "phone_invalid"


class NotANumber(NumberRefused):
    """It has not the form of a telephone number."""


class NoSuchNumber(NumberRefused):
    """It has the form of a number that the plan of its country gives to nobody."""

    code = "phone_unassigned"


class CostlyNumber(NumberRefused):
    """A service: premium, shared cost, free, short, personal or by satellite."""

    code = "phone_costly"


class HasExtension(NumberRefused):
    """A number behind a switchboard, which a call or a text does not reach."""

    code = "phone_extension"


def is_dialled(text: str) -> bool:
    """Figures, as a store shows its number: a short one of its land will do."""
    return _DIALLED.fullmatch(text) is not None


def read(text: str, region: str) -> str:
    """Reads what people of the region (`FR`, `RE`, `BE` …) wrote, as E.164.

    Raises NumberRefused in one of its four kinds.
    """
    text = " ".join(_INVISIBLE.sub("", text).split())
    region = "FR" if region in _LIKE_FRANCE else region
    extended = _EXTENSION.fullmatch(text)
    if extended and _is_possible(extended["number"], region):
        raise HasExtension
    number = _parsed(text.replace(",", " "), region)
    if number is None or _LETTER.search(text.removeprefix("tel:")):
        raise NotANumber
    if shortnumberinfo.is_valid_short_number_for_region(number, region):
        raise CostlyNumber
    number = _in_its_territory(number)
    kind = _kind(number)
    if kind in _COSTLY or phonenumbers.region_code_for_number(number) == _NOWHERE:
        raise CostlyNumber
    if kind == PhoneNumberType.UNKNOWN:
        possible = phonenumbers.is_possible_number(number)
        raise NoSuchNumber if possible else NotANumber
    return _e164(number)


def takes_texts(phone: str) -> bool:
    """True if text messages may arrive at this E.164 number: mobiles only."""
    number = _parsed(phone)
    return number is not None and _kind(number) in _TEXTS


def region_of(phone: str) -> str:
    """`FR`, `RE` …; empty for what is no number of a land."""
    number = _parsed(phone)
    if number is None:
        return ""
    region = phonenumbers.region_code_for_number(number)
    if region is None and _kind(number) != PhoneNumberType.UNKNOWN:
        # A block younger than the package: the main region of its calling code.
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region or ""


def calling_code(region: str) -> int:
    """33 for `FR`, 262 for `RE`; 0 for no region."""
    known = FRENCH_PLAN.get(region)
    return known or phonenumbers.country_code_for_region(region)


def example(region: str) -> str:
    """A mobile number as people of the region write it; nobody has the French one."""
    if region == "FR":
        return "06 39 98 00 10"
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    if number is None:
        return "+33 6 39 98 00 10"
    written: str = phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.NATIONAL
    )
    return written


def _in_its_territory(number: PhoneNumber) -> PhoneNumber:
    """The same ten French digits under the calling code that they ring at."""
    digits = phonenumbers.national_significant_number(number)
    if number.country_code not in FRENCH_PLAN.values() or len(digits) != 9:
        return number
    code = _overseas_code(digits) or 33
    if code == 508 and digits.startswith("508"):
        digits = digits[3:]  # abroad, Saint-Pierre-et-Miquelon has six digits
    return PhoneNumber(country_code=code, national_number=int(digits))


def _overseas_code(digits: str) -> int | None:
    if digits.startswith(_FICTION):
        return None
    for code, blocks in _OVERSEAS.items():
        if digits.startswith(blocks):
            return code
    if digits.startswith("9"):  # 09 is shared by all, operator by operator
        for region, code in FRENCH_PLAN.items():
            number = PhoneNumber(country_code=code, national_number=int(digits))
            at_home = phonenumbers.is_valid_number_for_region(number, region)
            if region != "FR" and at_home:
                return code
    return None


def _kind(number: PhoneNumber) -> int:
    """A `PhoneNumberType`; UNKNOWN where the plan gives it to nobody."""
    digits = phonenumbers.national_significant_number(number)
    kind: int = phonenumbers.number_type(number)
    if number.country_code not in FRENCH_PLAN.values() or len(digits) != 9:
        return kind
    if digits.startswith("8"):
        return PhoneNumberType.SHARED_COST
    if number.country_code == 33:
        is_fiction = digits.startswith(_FICTION)
        if _overseas_code(digits):
            return PhoneNumberType.UNKNOWN
        return PhoneNumberType.MOBILE if is_fiction else kind
    if kind == PhoneNumberType.UNKNOWN and (
        _overseas_code(digits) == number.country_code
    ):
        is_mobile = digits[0] in "67"
        return PhoneNumberType.MOBILE if is_mobile else PhoneNumberType.FIXED_LINE
    return kind


def _is_possible(text: str, region: str) -> bool:
    number = _parsed(text.replace(",", " "), region)
    return number is not None and phonenumbers.is_possible_number(number)


def _parsed(text: str, region: str | None = None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: PhoneNumber) -> str:
    written: str = phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.E164
    )
    return written
