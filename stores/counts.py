"""Counting in the cache, from a first time on for so many seconds: a courtesy. While
the cache is away everything is counted as the first."""

from __future__ import annotations

import contextlib

from django.core.cache import cache


def count_up(key: str, *, seconds: int) -> int:
    """Counts `key` and returns its count, within `seconds` of the first:
    one number and one question to the cache."""
    try:
        return cache.incr(key)
    except ValueError:
        is_first = cache.add(key, 1, timeout=seconds)
        return 1 if is_first else cache.incr(key)


def count_down(key: str) -> None:
    """Takes one count back, if it is not forgotten yet."""
    with contextlib.suppress(ValueError):
        cache.decr(key)
