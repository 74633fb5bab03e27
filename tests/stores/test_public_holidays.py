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


LAW = {
    "FR-57": {"Saint-Étienne"},
    "FR-67": {"Saint-Étienne"},
    "FR-68": {"Saint-Étienne"},
    "FR-NC": {"Fête de la Citoyenneté"},
    "FR-PF": {"Vendredi saint", "Arrivée de l'Évangile", "Matāri'i"},
    "FR-PM": set(),
    "FR-WF": {"Saint Pierre Chanel", "Saints Pierre et Paul", "Fête du Territoire"},
    "FR": set(),
}
"""Beside the eleven; elsewhere the day of abolition alone (L3422-2)."""


@pytest.mark.parametrize("territory", TERRITORIES)
@pytest.mark.parametrize("year", [2026, 2027, 2029])
def test_what_no_law_makes_a_day_off_is_a_custom(territory: str, year: int) -> None:
    shared = days("FR", year)
    found = public_holidays(territory=territory, year=year)
    more = {h.name["fr"] for h in found if h.day not in shared and not h.is_asked}
    assert more == LAW.get(territory, {"Abolition de l'esclavage"})
    assert not any(h.is_asked for h in found if h.day in shared)


@pytest.mark.parametrize("territory", TERRITORIES)
@pytest.mark.parametrize("year", [2026, 2027, 2029])
def test_good_friday_of_alsace_and_moselle_is_the_law_of_some_communes(
    territory: str, year: int
) -> None:
    found = public_holidays(territory=territory, year=year)
    local = [h.name["en"] for h in found if h.is_local]
    is_there = territory in ("FR-57", "FR-67", "FR-68")
    assert local == (["Good Friday"] if is_there else [])
    assert not any(h.is_local and h.is_custom for h in found)


def test_guadeloupe_keeps_three_customs() -> None:
    found = public_holidays(territory="FR-971", year=2027)
    assert [h.name["fr"] for h in found if h.is_custom] == [
        "Mi-Carême",
        "Vendredi saint",
        "Fête de Victor Schoelcher",
    ]


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
