"""The colours of a brand as its page tries them: a table, and a sheet to draw with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from stores.editing.brand_edits import brand_colour, theme_for
from stores.errors import ColourRefused
from stores.looks.colours import (
    Seen,
    colour_of,
    is_readable,
    nearest_readable,
    seen_in,
)
from stores.models import Brand

PLACES: Mapping[str, tuple[Any, Any, str]] = {
    "plate": (_("Plate, buttons"), _("white on the colour"), "light"),
    "hover": (_("Button under the pointer"), _("white, darker"), "light"),
    "link": (_("Links on the page"), _("the colour on the ground"), "light"),
    "chosen": (_("What is chosen"), _("the colour on its tint"), "light"),
    "link-d": (_("Links, dark mode"), _("light tint on black"), "dark"),
    "chosen-d": (_("What is chosen, dark mode"), _("light on dark tint"), "dark"),
    "button-d": (_("Buttons, dark mode"), _("dark on light tint"), "dark"),
    "plate-d": (_("Plate, dark mode"), _("white on the colour"), "dark"),
    "edge-d": (_("Edge of the plate, dark mode"), _("a line: 3 is enough"), "dark"),
}
"""By the place of a pair: its name, the colours in words, and the mode."""


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    place: str
    seen: Seen

    @property
    def name(self) -> str:
        return str(PLACES[self.place][0])

    @property
    def words(self) -> str:
        return str(PLACES[self.place][1])

    @property
    def mode(self) -> str:
        return PLACES[self.place][2]

    @property
    def contrast(self) -> float:
        """Cut, not rounded: 4.49 is not yet 4.5."""
        return math.floor(self.seen.contrast * 10) / 10


@dataclass(frozen=True)
class Tried:
    """A colour as it is typed, and all that follows. `instead` is the nearest that can
    be read, empty where this one can."""

    colour: str
    theme: dict[str, str]
    instead: str = ""

    @property
    def lines(self) -> list[Line]:
        return [Line(seen.pair.where, seen) for seen in seen_in(self.theme)]

    @property
    def worst(self) -> Line:
        """The pair that lacks most."""
        return min(self.lines, key=lambda one: one.contrast / one.seen.pair.least)


def tried_colour(brand: Brand, typed: str) -> Tried:
    """The brand's own where what is typed is no colour."""
    try:
        colour = colour_of(typed)
    except ColourRefused:
        colour = brand_colour(brand)
    theme = theme_for(brand, colour)
    instead = "" if is_readable(theme) else nearest_readable(colour)
    return Tried(colour, theme, instead)
