"""Days off by territory: what the mainland shares, and what it does not."""

import datetime as dt

import pytest

from stores.calendar.public_holidays import TERRITORIES, public_holidays
from stores.errors import UnknownTerritory


def days(territory: str, year: int = 2027) -> set[dt.date]:
    return {found.day for found in public_holidays(territory=territory, year=year)}


def test_the_mainland_has_eleven() -> None:
    assert len(days("FR")) == 11
    assert days("FR-59") == days("FR")


@pytest.mark.parametrize("territory", ["FR-57", "FR-67", "FR-68"])
def test_alsace_and_moselle_have_good_friday_and_saint_stephen(territory: str) -> None:
    more = days(territory) - days("FR")
    assert more == {dt.date(2027, 3, 26), dt.date(2027, 12, 26)}


@pytest.mark.parametrize(
    ("territory", "day"),
    [
        ("FR-971", dt.date(2027, 5, 27)),
        ("FR-972", dt.date(2027, 5, 22)),
        ("FR-973", dt.date(2027, 6, 10)),
        ("FR-974", dt.date(2027, 12, 20)),
        ("FR-976", dt.date(2027, 4, 27)),
    ],
)
def test_overseas_keeps_the_day_of_abolition(territory: str, day: dt.date) -> None:
    assert day in days(territory)


def test_each_has_a_name_in_both_languages() -> None:
    for territory in TERRITORIES:
        for found in public_holidays(territory=territory, year=2026):
            assert found.name["fr"]
            assert found.name["en"]
    assert public_holidays(territory="FR", year=2026)[0].name == {
        "fr": "Jour de l'an",
        "en": "New Year's Day",
    }


@pytest.mark.parametrize("territory", ["", "ZZ", "FRANCE", "-"])
def test_no_calendar_is_a_named_refusal(territory: str) -> None:
    with pytest.raises(UnknownTerritory):
        public_holidays(territory=territory, year=2027)
    with pytest.raises(UnknownTerritory):
        public_holidays(territory="FR", year=12000)
