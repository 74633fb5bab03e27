"""The recipe of an invented brand: plain values, no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

Words = tuple[str, str]
"""The same text in French and in English."""

WEEKDAYS = (0, 1, 2, 3, 4)
MONDAY_TO_SATURDAY = (0, 1, 2, 3, 4, 5)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def both(words: Words) -> dict[str, str]:
    """As the columns of texts hold it: {"fr": …, "en": …}; {} for no words."""
    french, english = words
    return {"fr": french, "en": english} if french else {}


@dataclass(frozen=True)
class Stretch:
    """Open time on some weekdays, for all staff of a store and all its channels."""

    weekdays: tuple[int, ...]
    opens: dt.time
    minutes: int


@dataclass(frozen=True)
class PersonRecipe:
    """A member of staff, who signs in as `<login>@<slug of the brand>.example`.

    `knows` are slugs of topics; empty means all of them.
    """

    login: str
    first_name: str
    last_name: str
    title: Words
    formal_name: str = ""
    languages: tuple[str, ...] = ("fr",)
    knows: tuple[str, ...] = ()
    is_manager: bool = False


@dataclass(frozen=True)
class StoreRecipe:
    slug: str
    name: str
    kind: str
    staff: tuple[PersonRecipe, ...]
    hours: tuple[Stretch, ...]
    channels: tuple[str, ...]
    region: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    point: tuple[float, float] | None = None
    phone: str = ""
    calls_from: str = ""
    step: int = 0
    """Minutes between two starts; with a value, the store has offers of its own, for
    its own channels and without notice. 0: it takes the brand's."""


@dataclass(frozen=True)
class TopicRecipe:
    """`minutes` is the length of each channel that the topic is offered by."""

    slug: str
    name: Words
    summary: Words
    minutes: dict[str, int]
    preparation: tuple[Words, ...] = ()
    is_sensitive: bool = False


@dataclass(frozen=True)
class BrandRecipe:
    slug: str
    name: str
    short_name: str
    emblem: str
    phone: str
    calls_from: str
    admin: tuple[str, str]
    """Log-in and name of the brand's admin."""
    theme: dict[str, str]
    regions: tuple[tuple[str, str], ...]
    topics: tuple[TopicRecipe, ...]
    stores: tuple[StoreRecipe, ...]
    steps: dict[str, int]
    """Minutes between two starts, by channel."""
    breath: int = 0
    """Minutes that staff have for themselves after each video visit."""
    notice: int = 60
    horizon: int = 30
    languages: tuple[str, ...] = field(default=("fr", "en"))

    def email(self, login: str) -> str:
        return f"{login}@{self.slug}.example"
