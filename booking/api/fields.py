"""Fields of the API: texts are counted as they are kept, times have their offset."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from booking.instants import OffsetMissing, read_instant
from stores.written import one_line_end, tidy_name

LONGEST_LOOK = dt.timedelta(days=366)


class NameField(serializers.CharField):
    """A person's name; the form says what makes it one."""

    def to_internal_value(self, data: Any) -> str:
        return tidy_name(super().to_internal_value(data))


class LinesField(serializers.CharField):
    """Text of several lines; a line end is one character, as on the pages."""

    def to_internal_value(self, data: Any) -> str:
        return one_line_end(super().to_internal_value(data))


class IdField(serializers.IntegerField):
    """The number of a row: what a bigint holds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **options)


class DegreesField(serializers.FloatField):
    """NaN is neither below the least nor above the most."""

    def to_internal_value(self, data: Any) -> float:
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


class NearDayField(serializers.DateField):
    """A local day within a year of today: no agenda reaches further."""

    def to_internal_value(self, value: Any) -> dt.date:
        day = super().to_internal_value(value)
        if abs(day - timezone.now().date()) > LONGEST_LOOK:
            raise serializers.ValidationError(_("Ask for a day within a year."))
        return day


class InstantField(serializers.DateTimeField):
    """A time with its offset: without one it would mean the server's clock."""

    def to_internal_value(self, value: Any) -> dt.datetime:
        try:
            return read_instant(value)
        except OffsetMissing as error:
            raise serializers.ValidationError(
                _("Give the offset from UTC, as in 2027-03-28T10:00:00+02:00.")
            ) from error
        except (TypeError, ValueError) as error:
            raise serializers.ValidationError(_("This is no time.")) from error
