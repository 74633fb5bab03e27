"""Public holidays by territory, computed: Alsace-Moselle and overseas have their own.

Pure. A territory is written as a Store says it: "FR", "FR-57", "FR-974", "BE", or the
name of what is no department, such as "FR-NC".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import holidays

from stores.errors import UnknownTerritory

ALSACE = {"67": "6AE", "68": "6AE"}
"""ISO 3166-2 names departments; the law of 1892 speaks of Alsace."""

TERRITORIES = (
    "FR", "FR-57", "FR-67", "FR-68", "FR-971", "FR-972", "FR-973", "FR-974", "FR-976",
    "FR-BL", "FR-MF", "FR-NC", "FR-PF", "FR-PM", "FR-WF",
)  # fmt: skip
"""Where French days off differ; everywhere else in France is "FR"."""

YEARS = range(2020, 2101)


@dataclass(frozen=True, order=True)
class PublicHoliday:
    day: dt.date
    name: dict[str, str]
    """{"fr": …, "en": …}"""


def public_holidays(*, territory: str, year: int) -> list[PublicHoliday]:
    """In order of days. A department without days of its own has the country's;
    raises UnknownTerritory for a country, or a year, that nobody has computed."""
    country, _, part = territory.partition("-")
    if year not in YEARS:
        raise UnknownTerritory(f"The year {year} is out of reach.")
    try:
        known = holidays.country_holidays(country).subdivisions
        subdivision = ALSACE.get(part, part)
        if country == "FR" and subdivision not in known:
            subdivision = ""
        names = {
            language: holidays.country_holidays(
                country,
                subdiv=subdivision or None,
                years=year,
                language=spoken,
            )
            for language, spoken in (("fr", "fr"), ("en", "en_US"))
        }
    except NotImplementedError as error:
        raise UnknownTerritory(f"{territory} has no calendar here.") from error
    return [
        PublicHoliday(day, {"fr": names["fr"][day], "en": names["en"][day]})
        for day in sorted(names["fr"])
    ]
