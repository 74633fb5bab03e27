"""The colours of a brand: one is chosen, the others follow in OKLCH by fixed steps of
lightness, and each is read on what it stands on.

Error, warning and success keep their own colours: they mean the same in every brand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from stores.errors import ColourRefused

READABLE, VISIBLE = 4.5, 3.0
"""The contrasts that WCAG asks of text, and of lines."""
OURS: Mapping[str, str] = {
    "brand": "#17408B", "hover": "#0F2E68", "soft": "#E5ECF8", "on": "#FFFFFF",
    "brand-d": "#9DBBF5", "hover-d": "#BCD1FA", "soft-d": "#1B2A47",
    "on-d": "#0B1B3B", "plate-d": "#2F66D0",
}  # fmt: skip
"""Of a brand that has chosen none, as tokens.css has them."""
GROUNDS: Mapping[str, str] = {
    "bg": "#F6F7F9", "surface": "#FFFFFF", "bg-d": "#0F1218", "surface-d": "#181C24",
    "plate-on-d": "#FFFFFF",
}  # fmt: skip
"""Colours that they stand on, or that stand on them: no brand changes these."""
_HEXADECIMAL = re.compile(r"#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_DARKEST = 0.3
"""Of this lightness each hue is read on whatever a page has in the light."""
_STEPS = 12


@dataclass(frozen=True)
class Pair:
    """A colour that is read on another; both by their key. `least` is the contrast
    that it needs, `where` the place in which customers meet it."""

    where: str
    front: str
    ground: str
    least: float = READABLE


PAIRS = (
    Pair("plate", "on", "brand"),
    Pair("hover", "on", "hover"),
    Pair("link", "brand", "bg"),
    Pair("link", "brand", "surface"),
    Pair("link", "hover", "bg"),
    Pair("chosen", "brand", "soft"),
    Pair("chosen", "hover", "soft"),
    Pair("link-d", "brand-d", "bg-d"),
    Pair("link-d", "brand-d", "surface-d"),
    Pair("link-d", "hover-d", "bg-d"),
    Pair("chosen-d", "brand-d", "soft-d"),
    Pair("chosen-d", "hover-d", "soft-d"),
    Pair("button-d", "on-d", "brand-d"),
    Pair("button-d", "on-d", "hover-d"),
    Pair("plate-d", "plate-on-d", "plate-d"),
    Pair("edge-d", "plate-d", "bg-d", VISIBLE),
)


@dataclass(frozen=True)
class Seen:
    """The pair of a place that is read worst, with its colours and its contrast."""

    pair: Pair
    front: str
    ground: str
    contrast: float

    @property
    def is_readable(self) -> bool:
        return self.contrast >= self.pair.least


def colour_of(text: str) -> str:
    """`#17408B` for whatever way of writing it; raises ColourRefused."""
    found = _HEXADECIMAL.fullmatch(text.strip())
    if not found:
        raise ColourRefused(text, "form")
    digits = found[1].upper()
    return "#" + (digits if len(digits) == 6 else "".join(2 * one for one in digits))


def theme_of(colour: str) -> dict[str, str]:
    """All colours that follow from one: what Brand.theme holds."""
    lightness, chroma, hue = _oklch(colour)

    def step(to: float, most: float) -> str:
        return _written(to, min(chroma * 1.3, most), hue)

    away = 0.2 if lightness < 0.2 else -0.08
    return {
        "brand": colour,
        "hover": _written(lightness + away, chroma, hue),
        "soft": step(0.942, 0.018),
        "on": "#FFFFFF",
        "brand-d": step(0.8, 0.09),
        "hover-d": step(0.865, 0.062),
        "soft-d": step(0.29, 0.055),
        "on-d": step(0.23, 0.06),
        "plate-d": step(0.54, 0.4),
    }


def seen_in(theme: Mapping[str, str]) -> list[Seen]:
    """One line for each place, in the order of PAIRS; ours stand in for what the theme
    leaves open, as on the page."""
    worst: dict[str, Seen] = {}
    known = {**OURS, **theme, **GROUNDS}
    for pair in PAIRS:
        front, ground = known[pair.front], known[pair.ground]
        seen = Seen(pair, front, ground, contrast(front, ground))
        before = worst.get(pair.where)
        if before is None or seen.contrast < before.contrast:
            worst[pair.where] = seen
    return list(worst.values())


def is_readable(theme: Mapping[str, str]) -> bool:
    return all(seen.is_readable for seen in seen_in(theme))


def check_theme(theme: Mapping[str, Any]) -> None:
    """Raises ColourRefused for what no page may show: another key, no colour, or a pair
    that cannot be read."""
    for key, value in theme.items():
        if key not in OURS or not isinstance(value, str):
            raise ColourRefused(str(value), "form")
        colour_of(value)
    if not is_readable(theme):
        raise ColourRefused(str(theme.get("brand", "")), "unreadable")


def nearest_readable(colour: str) -> str:
    """The lightest colour of the same hue, at most as light as this, that is read
    wherever it stands."""
    lightness, chroma, hue = _oklch(colour)
    if is_readable(theme_of(colour)):
        return colour
    low, high = _DARKEST, lightness
    found = _written(low, chroma, hue)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        tried = _written(middle, chroma, hue)
        if is_readable(theme_of(tried)):
            low, found = middle, tried
        else:
            high = middle
    return found


def contrast(front: str, ground: str) -> float:
    """By the formula of WCAG 2: from 1 to 21."""
    return float(_colours()(front).contrast(ground, method="wcag21"))


@cache
def _colours() -> Any:
    """The class of coloraide, loaded when a colour is judged: it takes longer than the
    rest of a process that never does."""
    return import_module("coloraide").Color


def _oklch(colour: str) -> tuple[float, float, float]:
    """Lightness, chroma and hue; a grey has no hue, and any does."""
    lightness, chroma, hue = _colours()(colour).convert("oklch").coords(nans=False)
    return lightness, chroma if chroma > 0.001 else 0.0, hue


def _written(lightness: float, chroma: float, hue: float) -> str:
    """The colour as screens have it, with as much of the chroma as they can show: of
    lightness and hue nothing gives way."""
    lightness = min(max(lightness, 0.0), 1.0)
    for tried in _falling(chroma):
        red, green, blue = _srgb(lightness, tried, hue)
        if all(-0.0005 <= one <= 1.0005 for one in (red, green, blue)):
            break
    digits = (round(255 * min(max(one, 0.0), 1.0)) for one in (red, green, blue))
    return "#" + "".join(f"{one:02X}" for one in digits)


def _falling(chroma: float) -> Iterator[float]:
    """The chroma, then less of it by a hundredth each time, down to none."""
    parts = math.ceil(chroma * 250)
    yield chroma
    yield from (chroma * part / (parts + 1) for part in range(parts, -1, -1))


def _srgb(lightness: float, chroma: float, hue: float) -> Any:
    found = _colours()("oklch", [lightness, chroma, hue]).convert("srgb")
    return found.coords(nans=False)
