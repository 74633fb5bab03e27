"""One colour makes a theme: what could not be read is refused with the nearest that
can, of the same hue, and no way leads around that."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from coloraide import Color
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stores.errors import ColourRefused
from stores.looks.colours import (
    GROUNDS,
    OURS,
    PAIRS,
    check_theme,
    colour_of,
    contrast,
    is_readable,
    nearest_readable,
    seen_in,
    theme_of,
)
from visavis.demo.banque_du_port import BANQUE_DU_PORT
from visavis.demo.tilleul import TILLEUL

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06X}".format)
ONE_STEP = 0.006
"""How far a colour of 256 steps may lie beside the line of its hue."""


def beside_the_hue(colour: str, of: str) -> float:
    """The distance from the line of grey to `of`, prolonged."""
    (_, chroma, hue), (_, _, wanted) = (
        Color(one).convert("oklch").coords(nans=False) for one in (colour, of)
    )
    return abs(chroma * math.sin(math.radians(hue - wanted)))


@settings(deadline=None)  # the machine may be slow
@given(COLOURS)
@example("#FFFFFF")
@example("#000000")
@example("#FFFF00")
@example("#00FF00")
@example("#0000FF")
@example("#777777")
@example("#F2B705")
@example("#6001C0")
def test_each_colour_is_read_or_another_of_its_hue_is_proposed(colour: str) -> None:
    theme, instead = theme_of(colour), nearest_readable(colour)
    assert theme["brand"] == colour
    assert theme.keys() == OURS.keys()
    if is_readable(theme):
        assert instead == colour
        check_theme(theme)
        return
    with pytest.raises(ColourRefused):
        check_theme(theme)
    check_theme(theme_of(instead))
    assert nearest_readable(instead) == instead
    typed, taken = (Color(one).convert("oklch") for one in (colour, instead))
    assert taken["lightness"] < typed["lightness"] + ONE_STEP
    if typed["chroma"] > 0.001:
        assert beside_the_hue(instead, colour) < ONE_STEP


@settings(deadline=None)  # the machine may be slow
@given(COLOURS)
def test_whatever_is_read_is_at_most_as_light_as_the_proposal(colour: str) -> None:
    """Nearest: a little lighter, and it could no longer be read."""
    instead = nearest_readable(colour)
    if instead != colour:
        worst = min(seen.contrast for seen in seen_in(theme_of(instead)) if
                    seen.pair.least == 4.5)  # fmt: skip
        assert 4.5 <= worst < 4.75


@settings(deadline=None)  # the machine may be slow
@given(COLOURS)
@example("#6001C0")
@example("#8020FE")
def test_what_follows_in_the_dark_is_read_whatever_the_colour(colour: str) -> None:
    for seen in seen_in(theme_of(colour)):
        if seen.pair.where.endswith("-d"):
            assert seen.is_readable, (colour, seen)


def test_the_contrast_is_that_of_wcag() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast("#F2B705", "#FFFFFF") == contrast("#FFFFFF", "#F2B705")


def test_yellow_is_refused_for_a_brown() -> None:
    assert nearest_readable("#F2B705") == "#886502"
    assert nearest_readable("#17408B") == "#17408B"


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#17408b", "#17408B"), (" 17408B ", "#17408B"), ("#abc", "#AABBCC")],
)
def test_a_colour_is_written_in_many_ways(text: str, colour: str) -> None:
    assert colour_of(text) == colour


@pytest.mark.parametrize(
    "text", ["", "blue", "#12345", "#GGGGGG", "#17408B;", "rgb(1,2,3)", "#１２３"]
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ColourRefused) as refused:
        colour_of(text)
    assert refused.value.why == "form"


@pytest.mark.parametrize(
    "theme",
    [
        {"brand": "#F2B705"},
        {"on": "#17408B"},
        {"soft-d": "#9DBBF5"},
        {"plate-d": "#FFFFFF"},
        {"brand": "red"},
        {"error": "#17408B"},
        {"brand": 7},
        {"brand": ""},
    ],
    ids=str,
)
def test_a_theme_written_by_hand_is_judged_with_ours_for_the_rest(
    theme: dict[str, object],
) -> None:
    with pytest.raises(ColourRefused):
        check_theme(theme)


@pytest.mark.parametrize(
    "theme", [{}, OURS, {"brand": "#123456"}, TILLEUL.theme, BANQUE_DU_PORT.theme]
)
def test_ours_and_those_of_the_demo_are_read(theme: dict[str, str]) -> None:
    check_theme(theme)


def test_the_page_has_the_colours_that_are_judged() -> None:
    """Ours and the grounds stand in tokens.css, once in the light and once in the
    dark; meaning colours follow nobody."""
    sheet = Path("visavis/styles/site/tokens.css").read_text()
    light, dark = sheet.split("[data-theme=dark]")
    named = {"bg": light, "surface": light, "bg-d": dark, "surface-d": dark}
    for key, part in named.items():
        found = re.search(rf"--{key.removesuffix('-d')}: (#\w+);", part)
        assert found
        assert colour_of(found[1]) == GROUNDS[key]
    for key, value in OURS.items():
        (given_there, *_) = re.findall(rf"var\(--t-{key}, (#\w+)\)", sheet)
        assert colour_of(given_there) == value
    for meaning in ("ok", "warn", "err", "info"):
        assert not re.search(rf"--{meaning}(-soft)?: var", sheet)
    assert {pair.front for pair in PAIRS} <= {*OURS, *GROUNDS}
