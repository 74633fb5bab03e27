"""The town of a postcode, and the time zone and public holidays of an address."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stores.calendar.public_holidays import TERRITORIES
from stores.texts import folded
from stores.towns import making

ZONES_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
TERRITORIES_OVERSEAS = {"975": "FR-PM", "986": "FR-WF", "987": "FR-PF", "988": "FR-NC"}
ISLANDS = {"97133": "FR-BL", "97150": "FR-MF"}
"""Saint-Barthélemy and Saint-Martin share Guadeloupe's three figures, and its zone."""
ZONES_ABROAD = {
    "BE": "Europe/Brussels",
    "CH": "Europe/Zurich",
    "LU": "Europe/Luxembourg",
    "MC": "Europe/Monaco",
}

POSTCODES = {"FR": 5, "MC": 5, "BE": 4, "CH": 4, "LU": 4}
"""Figures of a postcode, in the countries that an address may be in."""
LIST = making.LIST


@dataclass(frozen=True)
class Town:
    """A commune under one of its postcodes. `code` is INSEE's, whose first signs name
    the department also where the postcode is a neighbour's; degrees north and east are
    those of its town hall."""

    postcode: str
    code: str
    name: str
    department: str
    latitude: float
    longitude: float


def is_postcode(text: str, country: str) -> bool:
    """True, too, for none, and for a country whose postcodes are not known here."""
    figures = POSTCODES.get(country)
    known = text.isascii() and text.isdecimal() and len(text) == figures
    return known or not text or figures is None


def towns_of(
    postcode: str, *, country: str = "FR", made: Path | None = None
) -> list[Town]:
    """The largest first; none where the list is not made, or does not know it."""
    if country != "FR" or len(postcode) != 5 or not postcode.isdecimal():
        return []
    lines, found = _lines(made or LIST), []
    first, last = (bisect_left(lines, f"{postcode}{end}") for end in ("\t", "\n"))
    for line in lines[first:last]:
        code, insee, name, department, north, east = line.split("\t")
        found.append(Town(code, insee, name, department, float(north), float(east)))
    return found


@cache
def _lines(made: Path) -> list[str]:
    """Two megabytes, read once for a process when first asked. A process that began
    before the list was made knows of none."""
    try:
        return made.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return []


def town_of(towns: list[Town], name: str) -> Town | None:
    """The one that somebody wrote without accents, dashes or in capitals; without a
    name, the only one."""
    if not name and len({town.name for town in towns}) == 1:
        return towns[0]
    wanted = _plain(name)
    return next((town for town in towns if _plain(town.name) == wanted), None)


def _plain(name: str) -> str:
    words = (
        folded(name)
        .replace("œ", "oe")
        .replace("’", " ")
        .replace("'", " ")
        .replace("-", " ")
        .split()
    )
    long = {"st": "saint", "ste": "sainte"}
    return " ".join(long.get(word, word) for word in words)


def place_of(
    *, country: str, postcode: str, town: Town | None = None
) -> tuple[str, str]:
    """Time zone and territory of public holidays of an address. The first figures of a
    French postcode name the department, or what lies overseas; a known town says it
    better."""
    if country != "FR":
        return ZONES_ABROAD.get(country, "Europe/Paris"), country
    area = (town.code if town else postcode)[:3]
    zone = ZONES_OVERSEAS.get(area, "Europe/Paris")
    wanted = ISLANDS.get(postcode) or TERRITORIES_OVERSEAS.get(area)
    found = wanted or (f"FR-{area}" if area in ZONES_OVERSEAS else f"FR-{area[:2]}")
    return zone, found if found in TERRITORIES else "FR"
