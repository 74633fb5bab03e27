"""Texts that a brand writes in several languages: {"fr": …, "en": …}; and texts as they
are looked for: without accents, in lower case."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import get_language

T = TypeVar("T")
Rows = TypeVar("Rows", bound=QuerySet[Any])


class Folded(Func):
    """Letters without their accents: `É` is found by `e`. On the server, for a brand
    has more rows than a page reads."""

    template = (
        "regexp_replace(normalize(%(expressions)s, NFD), '[\\u0300-\\u036f]', '', 'g')"
    )
    output_field = CharField()


def folded(text: str) -> str:
    """As `Folded`, for what somebody typed."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in apart if not "\u0300" <= c <= "\u036f")


def folded_like(rows: Rows, fields: Sequence[str], typed: str) -> Rows:
    """The rows that hold all words typed, in any order and in any of the fields."""
    parts: list[Any] = []
    for name in fields:
        parts += [F(name), Value(" ")]
    found: Any = rows.annotate(called=Folded(Lower(Concat(*parts))))
    words = Q()
    for word in folded(typed).split():
        words &= Q(called__contains=word)
    return cast("Rows", found.filter(words))


def in_language(text: Mapping[str, Any], default: T, language: str | None = None) -> T:
    """The text in the language given or active; else in any that it has; else default.

    A shop that wrote only French is better read in French than not at all.
    """
    wanted = (language or get_language() or "fr").split("-")[0]
    found: T = text.get(wanted) or next((v for v in text.values() if v), default)
    return found
