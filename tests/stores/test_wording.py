"""Days, hours, zones, numbers and languages as people read them."""

import datetime as dt
import zoneinfo

import pytest
from django.utils import translation

from stores import wording

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
AT = dt.datetime(2025, 10, 14, 15, 30, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("language", "day", "short", "zone"),
    [
        ("fr", "mardi 14 octobre, 15:30", "mar. 14, 15:30", "Heure de Paris"),
        ("en", "Tuesday 14 October, 15:30", "Tue 14, 15:30", "Paris time"),
    ],
)
def test_an_hour_is_said_in_both_languages(
    language: str, day: str, short: str, zone: str
) -> None:
    with translation.override(language):
        assert wording.day_and_hour(AT) == day
        assert wording.short_day_and_hour(AT) == short
        assert wording.zone("Europe/Paris") == zone


def test_the_first_of_a_month_is_premier() -> None:
    with translation.override("fr"):
        assert wording.day(dt.date(2025, 9, 1)) == "lundi 1er septembre"


@pytest.mark.parametrize(
    ("hours", "words"), [(-1, "today"), (-16, "tomorrow"), (-40, "Tuesday 14 October")]
)
def test_a_near_day_is_named(hours: int, words: str) -> None:
    with translation.override("en"):
        now = (AT + dt.timedelta(hours=hours)).astimezone(dt.UTC)
        assert wording.near_day(AT, now) == words


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+33353010000", "03 53 01 00 00"),
        ("+4930901820", "+49 30 901820"),
        ("no number", "no number"),
    ],
)
def test_a_number_is_written_as_at_home(number: str, written: str) -> None:
    assert wording.phone(number) == written


def test_languages_are_named() -> None:
    with translation.override("fr"):
        assert wording.languages(["fr", "en"]) == "français et anglais"


@pytest.mark.parametrize(
    ("code", "name"), [("fr", "Français"), ("en", "English"), ("fsl", "fsl")]
)
def test_a_language_is_called_as_its_speakers_do(code: str, name: str) -> None:
    assert wording.language_itself(code) == name


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("fr", "1er septembre 2026", "12 septembre 2026"),
        ("en", "1 September 2026", "12 September 2026"),
    ],
)
def test_a_date_has_its_year(language: str, first: str, second: str) -> None:
    with translation.override(language):
        assert wording.whole_date(dt.date(2026, 9, 1)) == first
        assert wording.whole_date(dt.date(2026, 9, 12)) == second
