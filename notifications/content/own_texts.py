"""A brand's own words: which placeholders they may hold, and what is wrong with them.

`{…}` is all that is not taken as it stands, filled in one pass; there is no markup. A
placeholder has a name in English and in French, and both are understood in any text.
What a customer typed is in no text message, and of mails only a name made of letters.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from booking.models import Appointment
from notifications.content.letters import WITH_WORDS, Letter
from notifications.content.segments import count
from notifications.content.texting import is_special, values_of
from notifications.kinds import Kind
from notifications.models import Delivery, MessageText

PLACE = re.compile(r"\{([^{}\n]*)\}")
MOST_SEGMENTS = 3
SMS, EMAIL = Delivery.Channel.SMS, Delivery.Channel.EMAIL


@dataclass(frozen=True)
class Place:
    """`key` is what `values` are named by; `kinds` empty: in every message."""

    key: str
    en: str
    fr: str
    kinds: frozenset[Kind] = frozenset()
    channels: tuple[str, ...] = (EMAIL, SMS)

    def name(self, language: str) -> str:
        return self.fr if language.startswith("fr") else self.en


LATE = frozenset({Kind.DELAYED, Kind.TURN_NEAR})
FREED = frozenset({Kind.FREED})
TRIED = frozenset({Kind.CALL_TRIED})
RECOVERY, OPENED = frozenset({Kind.RECOVERY}), frozenset({Kind.OPENED})
PLACES = (
    Place("brand", "brand", "marque"),
    Place("first_name", "first_name", "prénom", channels=(EMAIL,)),
    Place("name", "adviser", "conseiller"),
    Place("day", "day", "jour"),
    Place("hour", "hour", "heure"),
    Place("place", "place", "lieu"),
    Place("phone", "number_shown", "numéro_affiché"),
    Place("words", "two_words", "deux_mots", WITH_WORDS, (SMS,)),
    Place("late_hour", "late_hour", "nouvelle_heure", LATE),
    Place("minutes", "minutes_late", "minutes_de_retard", LATE),
    Place("tried", "tried_at", "essai", TRIED),
    Place("next_try", "next_try", "prochain_essai", TRIED),
    Place("until", "held_until", "gardée_jusqu_à", FREED),
    Place("call_by", "call_by", "appel_avant", RECOVERY),
    Place("opened", "opened_at", "ouvert_à", OPENED),
    Place("link", "link", "lien", channels=(SMS,)),
)
KEYS = {name: place.key for place in PLACES for name in (place.en, place.fr)}


class Wrong(StrEnum):
    """Causes for which a text is refused, or only warned of (`SELLS_PERHAPS`)."""

    UNKNOWN = "unknown"
    BRACE = "brace"
    NO_LINK = "no_link"
    EMPTY = "empty"
    SELLS = "sells"
    SELLS_PERHAPS = "sells_perhaps"
    TOO_LONG = "too_long"
    TOO_MANY_SEGMENTS = "too_many_segments"
    TOO_MANY_WORDS = "too_many_words"


@dataclass(frozen=True)
class Problem:
    """`found` is the piece of the text, `instead` what it may have meant."""

    wrong: Wrong
    found: str = ""
    instead: str = ""

    @property
    def refuses(self) -> bool:
        return self.wrong != Wrong.SELLS_PERHAPS


def places_for(kind: Kind, channel: str) -> list[Place]:
    return [
        place
        for place in PLACES
        if channel in place.channels and (not place.kinds or kind in place.kinds)
    ]


def problems_in(text: str, kind: Kind, channel: str, language: str) -> list[Problem]:
    """Placeholders that are unknown here, braces left open, and words that sell."""
    known = _by_name(kind, channel)
    found = []
    for name in PLACE.findall(text):
        if name not in known:
            near = difflib.get_close_matches(name.casefold().strip(), known, 1, 0.5)
            instead = known[near[0]].name(language) if near else ""
            found.append(Problem(Wrong.UNKNOWN, name, instead))
    if set("{}") & set(PLACE.sub("", text)):
        found.append(Problem(Wrong.BRACE))
    return [*found, *_selling(text)]


def has_link(text: str) -> bool:
    return bool({"link", "lien"} & set(PLACE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """One pass: what a value contains is never looked at again. A placeholder without
    a value stays as it was written; `lacks` says so."""
    return PLACE.sub(lambda found: values.get(KEYS.get(found[1], "")) or found[0], text)


def lacks(text: str, values: Mapping[str, str]) -> bool:
    """True if a placeholder has nothing to say for this visit: ours is sent then."""
    return any(not values.get(KEYS.get(name, "")) for name in PLACE.findall(text))


def with_own(letter: Letter, own: MessageText, *, as_typed: bool = False) -> Letter:
    """The letter with a brand's subject and paragraphs; each part that it does not
    have, or that lacks a value, stays ours. `as_typed`: for who writes it, who shall
    see what has no value."""
    values = mail_values(letter)

    def said(text: str) -> str:
        return filled(text, values) if as_typed or not lacks(text, values) else ""

    return replace(
        letter,
        own_subject=" ".join(said(own.subject).split()),
        own_before=tuple(paragraphs(said(own.before))),
        own_after=tuple(paragraphs(said(own.after))),
    )


def own_text(
    appointment: Appointment, letter: Letter, *, kind: Kind, own: MessageText | None
) -> tuple[str, int]:
    """The text message as the brand words it, and its segments; empty where there is
    none, where a value is missing for this visit, or where it grew too long."""
    if own is None or is_special(kind, appointment, letter):
        return "", 1
    values = values_of(appointment, letter)
    if lacks(own.before, values):
        return "", 1
    text = " ".join(filled(own.before, values).split())
    segments = count(text).segments
    return (text, segments) if segments <= MOST_SEGMENTS else ("", 1)


def mail_values(letter: Letter) -> dict[str, str]:
    return {
        "brand": letter.brand,
        "first_name": letter.name,
        "name": letter.adviser,
        "day": letter.day,
        "hour": letter.hour,
        "place": letter.place,
        "phone": letter.calls_from,
        "late_hour": letter.late_hour,
        "minutes": str(letter.delay or ""),
        "tried": letter.tried,
        "next_try": letter.next_try,
        "until": letter.answer_by,
        "call_by": letter.answer_by,
        "opened": letter.tried,
    }


def paragraphs(text: str) -> Iterator[str]:
    """A line is a paragraph; empty ones are none."""
    return (line.strip() for line in text.splitlines() if line.strip())


def _by_name(kind: Kind, channel: str) -> dict[str, Place]:
    return {
        name: place
        for place in places_for(kind, channel)
        for name in (place.en, place.fr)
    }


_SELLS = re.compile(
    r"-\s?\d+\s?%|\d+\s?%\s?(?:off\b|de (?:remise|réduction|rabais))|"
    r"\b(?:promos?|promotions?|soldes|rabais|ventes? privées?|codes? promo|"
    r"bons? plans?|prix cassés?|discounts?|vouchers?|special offers?|clearance)\b",
    re.IGNORECASE,
)
_SELLS_PERHAPS = re.compile(
    r"(?<![-\d])\d+\s?%|\b(?:offres?|gratuite?s?|cadeaux?|remises?|réductions?|"
    r"profitez|nouvelle collection|offers?|deals?|free|gifts?|new collection)\b",
    re.IGNORECASE,
)
"""Words that a bank or a shop may need for what was agreed: the reader decides."""


def _selling(text: str) -> list[Problem]:
    """A service message may be sent without consent to advertising; one that sells may
    not (CPCE L34-5). Both languages are looked for in each text."""
    bare = PLACE.sub(" ", text)
    sells = [Problem(Wrong.SELLS, one.strip()) for one in _SELLS.findall(bare)]
    return sells + [
        Problem(Wrong.SELLS_PERHAPS, one) for one in _SELLS_PERHAPS.findall(bare)
    ]
