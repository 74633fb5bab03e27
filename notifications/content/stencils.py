"""The words of a mail, from templates that are rendered once for many letters.

Letters of one shape differ only in what stands at a few places: a template is rendered
with marks there, and kept; filling them in is a twentieth of the work. In one pass:
what a value contains is never looked at again. A template may print these fields and
ask whether they are empty, no more; a test compares with rendering it each time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string

from notifications.content.colours import Colours
from notifications.content.letters import Letter

WORDS = (
    "brand", "name", "adviser", "day", "hour", "plate_hour", "call_until", "zone",
    "street", "place", "url", "phone", "phone_link", "calls_from", "late_hour",
    "tried", "next_try", "answer", "answer_by", "ends", "words", "rate_url",
    "next_day", "next_hour", "next_step",
)  # fmt: skip
"""The values that differ from letter to letter; all else is its shape."""

COLOURS = tuple(field.name for field in fields(Colours))
"""They differ from brand to brand."""

HEADING = "heading"
MOST_SHAPES = 500
_MARK = re.compile("\ue000([a-z_0-9]+)\ue001")
_INDENT = re.compile(r"\s*\n\s*")

Stencil = Sequence[str]
"""A piece of text, the name of what follows it, a piece of text, and so on."""


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class _Stencils:
    heading: Stencil
    subject: Stencil
    text: Stencil
    html: Stencil


def words_of(letter: Letter, kind: str) -> Words:
    """In the active language, which is the letter's."""
    values = {name: str(getattr(letter, name)) for name in WORDS}
    values |= {_line(n): line for n, line in enumerate(letter.preparation)}
    values |= {_time(n): time for n, time in enumerate(letter.times)}
    values |= {f"before_{n}": text for n, text in enumerate(letter.own_before)}
    values |= {f"after_{n}": text for n, text in enumerate(letter.own_after)}
    for n, (words, url) in enumerate(letter.legal):
        values |= {f"legal_{n}": words, f"legal_url_{n}": url}
    for n, (words, url) in enumerate(letter.others):
        values |= {f"other_{n}": words, f"other_url_{n}": url}
    values |= {_colour(name): getattr(letter.colours, name) for name in COLOURS}
    found = _stencils(_shape_of(letter), kind)
    heading = _filled(found.heading, values).strip()
    values[HEADING] = ", ".join(filter(None, [heading, letter.name]))
    escaped = {name: html.escape(value) for name, value in values.items()}
    return Words(
        subject=letter.own_subject or _filled(found.subject, values).strip(),
        text=_filled(found.text, values),
        html=_filled(found.html, escaped),
    )


def _shape_of(letter: Letter) -> Letter:
    marks: dict[str, Any] = {
        name: _mark(name) for name in WORDS if getattr(letter, name)
    }
    lines = tuple(_mark(_line(n)) for n in range(len(letter.preparation)))
    times = tuple(_mark(_time(n)) for n in range(len(letter.times)))
    return replace(
        letter,
        **marks,
        preparation=lines,
        times=times,
        legal=tuple(
            (_mark(f"legal_{n}"), _mark(f"legal_url_{n}"))
            for n in range(len(letter.legal))
        ),
        others=tuple(
            (_mark(f"other_{n}"), _mark(f"other_url_{n}"))
            for n in range(len(letter.others))
        ),
        own_subject="",
        own_before=tuple(_mark(f"before_{n}") for n in range(len(letter.own_before))),
        own_after=tuple(_mark(f"after_{n}") for n in range(len(letter.own_after))),
        colours=_MARKED,
    )


@lru_cache(MOST_SHAPES)
def _stencils(shape: Letter, kind: str) -> _Stencils:
    return _Stencils(
        heading=_cut(_part(shape, kind, "heading.txt")),
        subject=_cut(_part(shape, kind, "subject.txt")),
        text=_cut(_part(shape, kind, "text.txt")),
        # What shows how a template is nested is a third of its bytes.
        html=_cut(_INDENT.sub("\n", _part(shape, kind, "html.html"))),
    )


def _part(shape: Letter, kind: str, part: str) -> str:
    context = {"letter": shape, HEADING: _mark(HEADING)}
    return render_to_string(f"notifications/email/{kind}-{part}", context)


def _line(number: int) -> str:
    return f"line_{number}"


def _time(number: int) -> str:
    return f"time_{number}"


def _colour(name: str) -> str:
    return f"colour_{name}"


def _mark(name: str) -> str:
    return f"\ue000{name}\ue001"


_MARKED = Colours(**{name: _mark(_colour(name)) for name in COLOURS})


def _cut(text: str) -> Stencil:
    return tuple(_MARK.split(text))


def _filled(stencil: Stencil, values: Mapping[str, str]) -> str:
    pieces = list(stencil)
    pieces[1::2] = [values[name] for name in stencil[1::2]]
    return "".join(pieces)
