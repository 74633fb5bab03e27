"""Addresses made from names."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.text import slugify


def slug_of(name: str, *, longest: int) -> str:
    """The name in ASCII, as an address has it; empty for one of signs only, or of a
    script that has no ASCII."""
    spelled = name.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae")
    return slugify(spelled.replace("_", " ").replace("’", "-"))[:longest].strip("-")


def free_slugs(
    names: Iterable[str], *, taken: Collection[str], otherwise: str, longest: int
) -> list[str]:
    """One slug for each name, all different and none of those taken; a second "lille"
    is "lille-2". A name without letters of its own is called `otherwise`."""
    known, found = set(taken), []
    for name in names:
        wanted = slug_of(name, longest=longest) or otherwise
        slug, number = wanted, 1
        while slug in known:
            number += 1
            end = f"-{number}"
            slug = wanted[: longest - len(end)].rstrip("-") + end
        known.add(slug)
        found.append(slug)
    return found
