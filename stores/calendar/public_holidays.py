"""Public holidays by territory, computed: Alsace-Moselle and overseas have their own.

Pure. A territory is written as a Store says it: "FR", "FR-57", "FR-974", "BE", or the
name of what is no department, such as "FR-NC".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import holidays

from stores.errors import UnknownTerritory

ALSACE = {"67": "6AE", "68": "6AE"}
"""ISO 3166-2 names departments; the law of 1892 speaks of Alsace."""

TERRITORIES = (
    "FR", "FR-57", "FR-67", "FR-68", "FR-971", "FR-972", "FR-973", "FR-974", "FR-976",
    "FR-BL", "FR-MF", "FR-NC", "FR-PF", "FR-PM", "FR-WF",
)  # fmt: skip
"""Regions whose days off differ from France's; everywhere else in France is "FR"."""

CUSTOMS = {
    "971": {"Vendredi saint", "Mi-Carême", "Fête de Victor Schoelcher"},
    "972": {"Vendredi saint", "Fête de Victor Schoelcher"},
    "973": {"Vendredi saint"},
    "BL": {"Vendredi saint", "Mi-Carême", "Fête de Victor Schoelcher"},
    "MF": {"Vendredi saint", "Mi-Carême", "Fête de Victor Schoelcher"},
}
"""Days that many keep there and no law makes a public holiday.

Law are the eleven days of Code du travail L3133-1, the days of abolition of L3422-2,
those of Alsace and Moselle (L3134-13), and what New Caledonia, French Polynesia and
Wallis and Futuna order in their own labour law.
"""

IN_SOME_COMMUNES = {
    "57": {"Vendredi saint"},
    "67": {"Vendredi saint"},
    "68": {"Vendredi saint"},
}
"""Days that the law of a territory gives to some of its communes only. In Alsace and
Moselle those with a Protestant church, or one of both confessions, have Good Friday
(L3134-13); no list of them is published, and each store knows its own. The second day
of Christmas is everybody's there.
"""

YEARS = range(2020, 2101)


@dataclass(frozen=True, order=True)
class PublicHoliday:
    day: dt.date
    name: dict[str, str]
    """{"fr": …, "en": …}"""
    is_custom: bool = field(default=False, compare=False)
    """Kept by many, by no law: shops close on it or do not."""
    is_local: bool = field(default=False, compare=False)
    """A day off by law in some communes of the territory."""

    @property
    def is_asked(self) -> bool:
        """True for a day of which the store alone knows that it holds there."""
        return self.is_custom or self.is_local


def public_holidays(*, territory: str, year: int) -> list[PublicHoliday]:
    """In order of days, customary ones and those of some communes among them. A
    department without days of its own has the country's; raises UnknownTerritory for a
    country, or a year, that nobody has computed."""
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
    part = part if country == "FR" else ""
    return [
        PublicHoliday(
            day,
            {"fr": names["fr"][day], "en": names["en"][day]},
            is_custom=names["fr"][day] in CUSTOMS.get(part, ()),
            is_local=names["fr"][day] in IN_SOME_COMMUNES.get(part, ()),
        )
        for day in sorted(names["fr"])
    ]
