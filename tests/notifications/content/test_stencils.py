"""Templates that were rendered once say what they would say if rendered each time."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from notifications.content.colours import Colours
from notifications.content.letters import Letter
from notifications.content.stencils import WORDS, words_of
from notifications.kinds import Kind
from stores.models import Channel

HOSTILE = "<b>&\"'%s{{ letter.url }}\ue000url\ue001\\1"
PLAIN = Letter(
    brand="Tilleul", name="Léa", adviser="Inès", channel="video", at_branch=False,
    day="mardi 14 octobre", hour="15 h 30", plate_hour="15:30", call_until="16:00",
    is_tomorrow=False, minutes=20, zone="Paris", street="1 rue de Metz",
    place="1 rue de Metz, 59000 Lille", url="https://x.example/r/abc?p=1&q=2",
    preparation=("Une photo", "La facture"), phone="03 20 00 00 00",
    phone_link="+33320000000", is_off=False, is_over=False, by_customer=False,
    has_calendar=True, delay=15, late_hour="15:45", tried="15:31", next_try="16:30",
    is_our_fault=False, language="fr",
    colours=Colours("#17408B", "#FFFFFF", "#17408B", "#FFFFFF", "#2F66D0", "#9DBBF5"),
)  # fmt: skip
HOSTILE_WORDS: dict[str, Any] = dict.fromkeys(WORDS, HOSTILE)
LETTERS = {
    "usual": PLAIN,
    "hostile": replace(
        PLAIN, **HOSTILE_WORDS, preparation=(HOSTILE,), times=(HOSTILE, HOSTILE)
    ),
    "other colours": replace(
        PLAIN, colours=Colours(*(f"#{n}{n}{n}{n}{n}{n}" for n in range(6)))
    ),
    "bare": replace(
        PLAIN, name="", street="", place="", phone="", phone_link="", preparation=(),
        delay=0, has_calendar=False, is_lapsed=True, at_branch=True, is_our_fault=True,
    ),
    "over": replace(
        PLAIN, is_off=True, is_over=True, by_customer=True, is_tomorrow=True
    ),
}  # fmt: skip


def rendered(letter: Letter, kind: str, part: str, heading: str) -> str:
    context = {"letter": letter, "heading": heading}
    return render_to_string(f"notifications/email/{kind}-{part}", context)


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_stencil_says_what_its_template_says(name: str, language: str) -> None:
    for kind, channel in product(Kind, Channel.values):
        letter = replace(LETTERS[name], language=language, channel=channel)
        with translation.override(language):
            for _ in range(2):  # as it is made, and as it was kept
                found = words_of(letter, kind)
            heading = rendered(letter, kind, "heading.txt", "").strip()
            heading = ", ".join(part for part in (heading, letter.name) if part)
            page = rendered(letter, kind, "html.html", heading)
            text = rendered(letter, kind, "text.txt", heading)
            subject = rendered(letter, kind, "subject.txt", heading)
        assert html.escape(heading) in found.html
        assert found.subject == subject.strip()
        assert found.text == text
        assert found.html == re.sub(r"\s*\n\s*", "\n", page)


def test_what_a_value_contains_is_not_looked_at_again() -> None:
    with translation.override("fr"):
        found = words_of(LETTERS["hostile"], Kind.CONFIRMED)
    assert found.text.count(HOSTILE) >= 5
    assert html.escape(HOSTILE) in found.html
    assert "<b>" not in found.html
