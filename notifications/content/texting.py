"""From an appointment to one text message of at most 160 characters.

One character outside of their alphabet (3GPP TS 23.038), an `ê` or a typographic
apostrophe, makes a message of 70.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from booking.models import Appointment
from booking.states import Status
from notifications.channels.base import Message
from notifications.content import texts
from notifications.content.letters import Letter
from notifications.errors import DeliveryError
from notifications.kinds import Kind
from notifications.models import Delivery

_PLACE = re.compile(r"\{(\w+)\}")

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
"""Two characters each."""
LONGEST_TEXT = 160
_LIKE = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...",
     "œ": "oe", "Œ": "OE", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "}
)  # fmt: skip


def text_message(
    delivery: Delivery,
    appointment: Appointment,
    letter: Letter,
    *,
    kind: Kind,
    own: str = "",
    segments: int = 1,
) -> Message:
    """In the active language; `text_too_long` where not even the shortest fits. `own`
    is the brand's text, filled already, of so many segments."""
    text = own or _ours(appointment, letter, kind)
    return Message(
        key=delivery.provider_key,
        to=appointment.customer.phone,
        sender_name=writable(appointment.brand.short_name),
        sender_address="",
        subject="",
        text=text,
        html="",
        language=appointment.language,
        is_retry=delivery.tries > 1,
        segments=segments,
    )


def _ours(appointment: Appointment, letter: Letter, kind: Kind) -> str:
    values = values_of(appointment, letter)
    for choice in _choices(kind, appointment, letter):
        text = fill(str(choice), values)
        length = length_of(text)
        if length is not None and length <= LONGEST_TEXT:
            return text
    raise DeliveryError("text_too_long", permanent=True)


def is_special(kind: Kind, appointment: Appointment, letter: Letter) -> bool:
    """True for news that only ours tells: an act of the customer's own, and that all
    is on time again."""
    own_act = appointment.status == Status.CANCELLED_BY_CUSTOMER
    return (own_act and kind == Kind.CANCELLED) or (
        kind == Kind.DELAYED and not letter.delay
    )


def fill(text: str, values: Mapping[str, str]) -> str:
    """One pass: what a value contains is never looked at again."""
    return _PLACE.sub(lambda found: values[found[1]], text)


def _choices(kind: Kind, appointment: Appointment, letter: Letter) -> texts.Texts:
    if appointment.status == Status.CANCELLED_BY_CUSTOMER and kind == Kind.CANCELLED:
        return texts.OWN_CANCELLATION
    if kind == Kind.DELAYED and not letter.delay:
        return texts.ON_TIME_AGAIN
    found = texts.texts_of(kind, appointment.channel)
    # Without a street, or words, the sentence about it is left out.
    absent = {
        "{place}": not appointment.store.street,
        "{words}": not letter.words,
        "{until}": not letter.ends,
    }
    gone = [place for place, is_absent in absent.items() if is_absent]
    return [text for text in found if not any(g in str(text) for g in gone)] or found


def values_of(appointment: Appointment, letter: Letter) -> dict[str, str]:
    store = appointment.store
    values = {
        "brand": appointment.brand.short_name,
        "name": letter.adviser,
        "day": _day(appointment),
        "hour": _hour(letter.plate_hour),
        "late_hour": _hour(letter.late_hour),
        "minutes": str(letter.delay),
        "tried": _hour(letter.tried),
        "next_try": _hour(letter.next_try),
        "until": _hour(letter.ends),
        "call_by": _hour(letter.ends),
        "opened": _hour(letter.tried),
        "phone": letter.calls_from or gettext("may be hidden"),
        "words": letter.words,
        "place": ", ".join(part for part in (store.street, store.city) if part),
    }
    return {key: writable(value) for key, value in values.items()} | {
        "link": letter.url
    }


def _day(appointment: Appointment) -> str:
    """`mar 14/10`, `Tue 14 Oct`."""
    start = appointment.local_start
    weekday = date_format(start, "D")[:3]
    if translation.get_language() == "fr":
        return f"{weekday} {start:%d/%m}"
    return f"{weekday} {date_format(start, 'j M')}"


def _hour(hour: str) -> str:
    return hour.replace(":", "h") if translation.get_language() == "fr" else hour


def length_of(text: str) -> int | None:
    """In characters of a text message; None where it cannot be written."""
    count = 0
    for character in text:
        if character in BASIC:
            count += 1
        elif character in EXTENDED:
            count += 2
        else:
            return None
    return count


def writable(text: str) -> str:
    """The nearest text of the basic alphabet on one line; what has none is left out."""
    kept = []
    for character in " ".join(text.translate(_LIKE).split()):
        plain = character if character in BASIC else _plain(character)
        kept.append(plain)
    return " ".join("".join(kept).split())


def _plain(character: str) -> str:
    letter = unicodedata.normalize("NFKD", character)[0]
    return letter if letter in BASIC else ""
