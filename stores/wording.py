"""The words for days, hours and zones: one place for pages, messages and agendas.

Every function takes local time (an aware datetime in the store's zone, or a date) and
answers in the active language. The hour is written the same everywhere, because a
customer must recognise it: 15:30.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_timezone_location
from babel.lists import format_list
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

ACCESS = {
    "level": gettext_lazy("Level entrance"),
    "loop": gettext_lazy("Hearing loop"),
    "parking": gettext_lazy("Adapted parking"),
    "toilets": gettext_lazy("Accessible toilets"),
}
_LOCALES = {"fr": "fr", "en": "en_GB"}


def _locale() -> Locale:
    language = (get_language() or "fr").split("-")[0]
    return Locale.parse(_LOCALES.get(language, "en_GB"))


def _is_french() -> bool:
    return _locale().language == "fr"


def _said(local: dt.date, pattern: str) -> str:
    said: str = format_date(local, pattern, locale=_locale())
    return said


def day(local: dt.date) -> str:
    """mardi 14 octobre · Tuesday 14 October; the first of a month is 1er in French."""
    words = _said(local, "EEEE d MMMM")
    if local.day == 1 and _is_french():
        return words.replace(" 1 ", " 1er ")
    return words


def short_day(local: dt.date) -> str:
    """mar. 14 · Tue 14"""
    return _said(local, "EEE d")


def short_date(local: dt.date) -> str:
    """8 sept. · 8 Sept"""
    return _said(local, "d MMM")


def whole_date(local: dt.date) -> str:
    """2 septembre 2026 · 2 September 2026"""
    words = _said(local, "d MMMM y")
    return f"1er{words[1:]}" if words.startswith("1 ") and _is_french() else words


def weekday(local: dt.date) -> str:
    """mar. · Tue"""
    return _said(local, "EEE")


def long_weekday(local: dt.date) -> str:
    """mardi · Tuesday"""
    return _said(local, "EEEE")


def hour(local: dt.datetime) -> str:
    """15:30"""
    return f"{local:%H:%M}"


def day_and_hour(local: dt.datetime) -> str:
    """mardi 14 octobre, 15:30 · Tuesday 14 October, 15:30"""
    return f"{day(local)}, {hour(local)}"


def short_day_and_hour(local: dt.datetime) -> str:
    """mar. 14, 15:30 · Tue 14, 15:30"""
    return f"{short_day(local)}, {hour(local)}"


def near_day(local: dt.datetime, now: dt.datetime) -> str:
    """Aujourd’hui, demain, or the day; `now` in any zone."""
    away = (local.date() - now.astimezone(local.tzinfo).date()).days
    if away == 0:
        return _("today")
    if away == 1:
        return _("tomorrow")
    return day(local)


def phone(number: str, region: str = "FR") -> str:
    """E.164 as people of the region read it: 03 53 01 00 00, or +49 30 901820."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    at_home = (
        phonenumbers.region_code_for_country_code(parsed.country_code or 0) == region
    )
    form = phonenumbers.PhoneNumberFormat
    written: str = phonenumbers.format_number(
        parsed, form.NATIONAL if at_home else form.INTERNATIONAL
    )
    return written


def languages(codes: Sequence[str]) -> str:
    """français et anglais · French and English"""
    locale = _locale()
    signed = {"fsl": _("French Sign Language")}
    names = [locale.languages.get(code) or signed.get(code, code) for code in codes]
    said: str = format_list(names, locale=locale)
    return said


def language_itself(code: str) -> str:
    """Français · English: as its speakers call it."""
    try:
        name = Locale.parse(code).get_display_name()
    except (UnknownLocaleError, ValueError):
        return code
    return name.capitalize() if name else code


def access(codes: Sequence[str]) -> str:
    """Entrée de plain-pied, boucle magnétique · Level entrance, hearing loop"""
    words = [str(word) for code, word in ACCESS.items() if code in codes]
    return ", ".join(words[:1] + [word[:1].lower() + word[1:] for word in words[1:]])


def zone(name: str) -> str:
    """Heure de Paris · Paris time, for an IANA zone."""
    city = get_timezone_location(name, locale=_locale(), return_city=True)
    return _("%(city)s time") % {"city": city}
