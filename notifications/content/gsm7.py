"""The alphabet of text messages (3GPP TS 23.038): 160 characters to a message.

One character outside of it, an `ê` or a typographic apostrophe, makes a message of 70.
"""

from __future__ import annotations

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
"""Two characters each."""

LONGEST = 160
_LIKE = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...",
     "œ": "oe", "Œ": "OE", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "}
)  # fmt: skip


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
