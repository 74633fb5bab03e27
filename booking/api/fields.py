"""Fields of the API for what people write: counted as it is kept."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from stores.written import one_line_end, tidy_name


class NameField(serializers.CharField):
    """A person's name; the form says what makes it one."""

    def to_internal_value(self, data: Any) -> str:
        return tidy_name(super().to_internal_value(data))


class LinesField(serializers.CharField):
    """Text of several lines; a line end is one character, as on the pages."""

    def to_internal_value(self, data: Any) -> str:
        return one_line_end(super().to_internal_value(data))
