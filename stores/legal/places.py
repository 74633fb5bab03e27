"""The facts that a legal text may name, and what is wrong with a text.

A placeholder has a name in English and in French; both are understood in any text.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

from stores.legal.markup import LINK, PLACE, is_safe
from stores.models.legal import LONGEST_LEGAL


@dataclass(frozen=True)
class Place:
    key: str
    en: str
    fr: str

    def name(self, language: str) -> str:
        return self.fr if language.startswith("fr") else self.en


PLACES = (
    Place("brand", "brand", "marque"),
    Place("stores", "stores", "magasins"),
    Place("phone", "phone", "téléphone"),
    Place("email", "email", "courriel"),
    Place("access", "access", "accès"),
    Place("days", "days", "jours"),
    Place("recipients", "recipients", "destinataires"),
    Place("authority", "authority", "autorité"),
    Place("state", "state", "état"),
    Place("rate", "rate", "taux"),
    Place("reviewed", "reviewed", "revue"),
    Place("defender", "defender", "défenseur"),
)
NAMES = {name: place for place in PLACES for name in (place.en, place.fr)}


class Wrong(StrEnum):
    """Causes for which a text is refused."""

    UNKNOWN = "unknown"
    BRACE = "brace"
    LINK = "link"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    ADDRESS = "address"
    STATE = "state"
    RATE = "rate"
    FUTURE = "future"


@dataclass(frozen=True)
class Problem:
    """`found` is the piece of the text, `instead` what it may have meant."""

    wrong: Wrong
    found: str = ""
    instead: str = ""


def problems_in(text: str, language: str) -> list[Problem]:
    """Placeholders that are unknown, braces left open, and links that lead nowhere."""
    if len(text) > LONGEST_LEGAL:
        return [Problem(Wrong.TOO_LONG, str(LONGEST_LEGAL))]
    found = []
    for name in PLACE.findall(text):
        if name not in NAMES:
            near = difflib.get_close_matches(name.casefold().strip(), NAMES, 1, 0.5)
            instead = NAMES[near[0]].name(language) if near else ""
            found.append(Problem(Wrong.UNKNOWN, name[:40], instead))
    if set("{}") & set(PLACE.sub("", text)):
        found.append(Problem(Wrong.BRACE))
    found += [
        Problem(Wrong.LINK, target[:80])
        for target in LINK.findall(text)
        if not is_safe(target) or " " in target
    ]
    if "\x00" in text:
        found.append(Problem(Wrong.UNPRINTABLE))
    return found
