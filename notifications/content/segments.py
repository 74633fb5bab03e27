"""Text messages as carriers count them (3GPP TS 23.038 and 23.040).

160 letters of the basic alphabet are one message; more are parts of 153. One letter
outside of it makes the whole UCS-2: 70, or parts of 67. A letter that takes two places
is never cut between two parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notifications.content.texting import BASIC, EXTENDED, writable

BASIC_ALONE, BASIC_PART = 160, 153
WIDE_ALONE, WIDE_PART = 70, 67


@dataclass(frozen=True)
class Counted:
    """`costly` are the letters outside of the basic alphabet, each once, in the order
    of the text; `plain` is the text with their nearest in place of them."""

    letters: int
    segments: int
    is_wide: bool
    costly: tuple[str, ...]
    plain: str

    @property
    def segments_if_plain(self) -> int:
        return count(self.plain).segments if self.costly else self.segments


def count(text: str) -> Counted:
    costly = tuple(dict.fromkeys(c for c in text if c not in BASIC | EXTENDED))
    if costly:
        widths = [len(c.encode("utf-16-le")) // 2 for c in text]
        alone, part = WIDE_ALONE, WIDE_PART
    else:
        widths = [2 if c in EXTENDED else 1 for c in text]
        alone, part = BASIC_ALONE, BASIC_PART
    letters = sum(widths)
    segments = 1 if letters <= alone else _parts(widths, part)
    return Counted(letters, segments, bool(costly), costly, plain_of(text))


def plain_of(text: str) -> str:
    """Only what costs is written otherwise: spaces and line ends stay."""
    return "".join(c if c in BASIC | EXTENDED else writable(c) or " " for c in text)


def _parts(widths: Iterable[int], part: int) -> int:
    parts, room = 1, part
    for width in widths:
        if width > room:
            parts, room = parts + 1, part
        room -= width
    return parts
