"""A form or serializer, beside the use case that gets its fields."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from django import forms
from rest_framework import serializers

FROM_REQUEST = {
    "now",
    "by",
    "user",
    "visitor",
    "network",
    "source",
    "shown",
    "as_shown",
}
"""Who asks, when, and what their page showed: never a field."""


@dataclass(frozen=True)
class Edge:
    """`found`: keywords that the address names (the hold, the store). `renamed`: a
    field → the keyword it becomes. `extra`: fields that steer or describe the page."""

    edge: type[forms.Form] | type[serializers.Serializer[Any]]
    service: Callable[..., Any]
    found: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    extra: set[str] = field(default_factory=set)

    def fields(self) -> set[str]:
        # Both keep what the class declares there; neither library types it.
        attribute = (
            "_declared_fields"
            if issubclass(self.edge, serializers.Serializer)
            else "base_fields"
        )
        known: set[str] = set(getattr(self.edge, attribute))
        return {self.renamed.get(name, name) for name in known} - self.extra

    def keywords(self) -> set[str]:
        names = set()
        for name, kind in inspect.signature(self.service).parameters.items():
            if kind.kind == inspect.Parameter.VAR_KEYWORD:
                # `**details: Unpack[Details]`: the keys of the typed dictionary.
                (typed,) = get_args(get_type_hints(self.service)[name])
                names |= set(get_type_hints(typed))
            else:
                names.add(name)
        return names - FROM_REQUEST - self.found


def in_both(*texts: str) -> dict[str, str]:
    """A field for each language becomes one keyword."""
    return {f"{text}_{name}": text for text in texts for name in ("fr", "en")}
