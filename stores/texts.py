"""Texts that a brand writes in several languages: {"fr": …, "en": …}."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import get_language

T = TypeVar("T")


def in_language(text: Mapping[str, Any], default: T, language: str | None = None) -> T:
    """The text in the language given or active; else in any that it has; else default.

    A shop that wrote only French is better read in French than not at all.
    """
    wanted = (language or get_language() or "fr").split("-")[0]
    found: T = text.get(wanted) or next((v for v in text.values() if v), default)
    return found
