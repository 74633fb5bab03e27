"""The colours of a mail: those of a brand's theme, as mail programs take them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class Colours:
    """Six digits each: they are printed into style attributes."""

    plate: str
    on: str
    hour: str
    hour_on: str
    plate_dark: str
    link_dark: str


def colours_of(theme: Mapping[str, object], *, is_past: bool = False) -> Colours:
    """Those of a brand's theme that are colours, and ours."""

    def colour(key: str, default: str) -> str:
        found = str(theme.get(key, ""))
        return found if _COLOUR.fullmatch(found) else default

    plate, on = colour("brand", "#17408B"), colour("on", "#FFFFFF")
    return Colours(
        plate=plate,
        on=on,
        # An hour that is off or over must not look like a promise.
        hour="#4A5160" if is_past else plate,
        hour_on="#FFFFFF" if is_past else on,
        plate_dark=colour("plate-d", "#2F66D0"),
        link_dark=colour("brand-d", "#9DBBF5"),
    )
