"""Small numbers are hidden, also those that could be had by taking away."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from visavis.reports.figures import FEWEST, hidden, share


@pytest.mark.parametrize(
    ("part", "whole", "words", "of"),
    [
        (0, 0, "–", "none"),
        (3, 4, "–", "fewer than 5 visits"),
        (0, 41, "0 %", "0 of 41"),
        (41, 41, "100 %", "41 of 41"),
        (3, 41, "< 13 %", "fewer than 5 of 41"),
        (38, 41, "> 87 %", "more than 36 of 41"),
        (36, 41, "88 %", "36 of 41"),
        (5, 10, "50 %", "5 of 10"),
        (5, 6, "–", "of 6"),
        (6, 6, "100 %", "6 of 6"),
    ],
)
def test_a_share_says_what_may_be_said(
    part: int, whole: int, words: str, of: str
) -> None:
    with translation.override("en"):
        found = share(part, whole)
    assert (found.words, found.of) == (words, of)


@given(st.integers(1, 400), st.integers(1, 4))
def test_no_share_tells_a_count_below_five(rest: int, few: int) -> None:
    """Neither the part nor what is left of the whole: each count from 1 to 4 reads the
    same."""
    whole = rest + 4
    assert len({share(n, whole) for n in range(1, FEWEST)}) == 1
    assert len({share(whole - n, whole) for n in range(1, FEWEST)}) == 1
    assert share(few, whole).percent is None


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 60), max_size=8))
def test_no_single_row_is_the_rest_of_a_sum(counts: dict[str, int]) -> None:
    kept_back = hidden(counts)
    small = {key for key, number in counts.items() if 0 < number < FEWEST}
    assert small <= kept_back
    others = sum(number > 0 for number in counts.values())
    assert len(kept_back) != 1 or others == 1
    assert not small or kept_back
    assert small or not kept_back
