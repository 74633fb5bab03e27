"""The way in which a subscriber's page shows a picture, as far as it says.

The page tells it, the sharing out of their line and the picture's publisher follow:
nobody sends what nobody sees, or more than a tile has room for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

# More lines than any camera has: what no page has spoken of is shown as it comes.
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Showing:
    """`lines` of their screen that the picture fills, 0 while they do not see it.
    `pinned`: they have chosen it; `signs`: the person speaks in signs."""

    lines: int = WHOLE
    pinned: bool = False
    signs: bool = False


UNTOLD = Showing()


class Shown(Protocol):
    """A slot, or whatever else takes a publisher's packets."""

    @property
    def showing(self) -> Showing: ...


class Source(Protocol):
    """A published picture: who gets it, and who would but for their line or page."""

    @property
    def senders(self) -> Iterable[Shown]: ...
    @property
    def paused(self) -> Iterable[Shown]: ...


def most_lines(source: Source) -> int:
    """The most that any page has room for; WHOLE where nobody gets it."""
    found = [one.showing.lines for one in (*source.senders, *source.paused)]
    return max(found, default=WHOLE)


def is_unseen(source: Source) -> bool:
    """True if it has subscribers, and none of their pages shows it."""
    return most_lines(source) == 0
