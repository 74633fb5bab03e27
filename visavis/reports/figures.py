"""Numbers as a page may show them. Pure.

A count from 1 to 4 could be somebody whom one knows: it is hidden, and so is one from
which it could be had by taking away.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

FEWEST = 5
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Share:
    """A part of a whole: its percents, and the sentence with both numbers. `percent`
    is None where there is too little to say."""

    words: str
    of: str
    percent: int | None = None


def is_small(number: int) -> bool:
    return 0 < number < FEWEST


def count(number: int) -> str:
    return _("< %(fewest)d") % {"fewest": FEWEST} if is_small(number) else str(number)


def share(part: int, whole: int) -> Share:
    """Of 3 in 41: “< 13 %, fewer than 5 of 41”; of 38 in 41, whose rest is small:
    “> 87 %, more than 36 of 41”."""
    if whole == 0:
        return Share("–", _("none"))
    if whole < FEWEST:
        return Share("–", _("fewer than %(fewest)d visits") % {"fewest": FEWEST})
    if whole < 2 * FEWEST and 0 < part < whole:
        return Share("–", _("of %(whole)d") % {"whole": whole})
    facts = {"part": part, "whole": whole, "fewest": FEWEST, "most": whole - FEWEST}
    if is_small(part):
        high = -(-100 * FEWEST // whole)
        words = _("< %(percent)d %%") % {"percent": high}
        return Share(words, _("fewer than %(fewest)d of %(whole)d") % facts)
    if is_small(whole - part):
        low = 100 * (whole - FEWEST) // whole
        words = _("> %(percent)d %%") % {"percent": low}
        return Share(words, _("more than %(most)d of %(whole)d") % facts)
    percent = round(100 * part / whole)
    return Share(
        _("%(percent)d %%") % {"percent": percent},
        _("%(part)d of %(whole)d") % facts,
        percent,
    )


def hidden(counts: Mapping[K, int]) -> set[K]:
    """The rows of a table with its sum whose count is not shown. Where a single one is
    small, the next larger goes with it."""
    small = {key for key, number in counts.items() if is_small(number)}
    if len(small) == 1:
        others = {k: n for k, n in counts.items() if k not in small and n}
        if others:
            small.add(min(others, key=lambda key: others[key]))
    return small
