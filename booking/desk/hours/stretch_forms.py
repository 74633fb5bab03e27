"""Stretches of open time as forms: a row of a week is one small form with its own
prefix, so that rows come and go without script."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT, day_input, time_input
from booking.rota.hours import Stretch, WeeklyStretch
from booking.wording import span_of_minutes
from stores.models import Channel

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
CHANNELS = [
    (Channel.VIDEO.value, _("Video")),
    (Channel.CALLBACK.value, _("Phone call")),
    (Channel.IN_STORE.value, _("In store")),
]
RHYTHMS = [
    (1, _("every week")),
    *((n, format_lazy(_("every {count} weeks"), count=n)) for n in range(2, 9)),
]
MOST_ROWS = 60
DAY = 24 * 60


@dataclass(frozen=True)
class Night:
    """Hours that go on past midnight: an end that is not after its start."""

    starts_at: dt.time
    until: dt.time

    def __str__(self) -> str:
        """The value that the form sends to confirm just these hours."""
        return f"{self.starts_at:%H:%M}-{self.until:%H:%M}"

    @property
    def words(self) -> str:
        span = span_of_minutes(_minutes(self.starts_at, self.until))
        return gettext("Yes, until %(until)s the next day: %(span)s") % {
            "until": f"{self.until:%H:%M}",
            "span": span,
        }


class StretchForm(forms.Form):
    """An hour from which, an hour until which; past midnight it is the next day, and
    the same hour twice is 24 hours.

    `over_midnight` repeats the hours that were asked about ("22:00-02:00"): nothing is
    written past midnight that nobody said is meant.
    """

    starts_at = forms.TimeField(label=_("From"), widget=time_input())
    until = forms.TimeField(label=_("Until"), widget=time_input())
    channels = forms.MultipleChoiceField(
        choices=CHANNELS, label=_("Channels"), widget=forms.CheckboxSelectMultiple
    )
    over_midnight = forms.CharField(
        label=_("Past midnight?"), required=False, max_length=11
    )

    @property
    def night(self) -> Night | None:
        """The question about these hours, as they are shown; None until midnight."""
        start, until = (self._hour(name) for name in ("starts_at", "until"))
        if start is None or until is None or dt.time(0) == until or start < until:
            return None
        return Night(start, until)

    @property
    def is_night_meant(self) -> bool:
        return bool(self["over_midnight"].value() == str(self.night))

    def _hour(self, name: str) -> dt.time | None:
        try:
            hour: dt.time | None = self.fields[name].clean(self[name].value())
        except ValidationError:
            return None
        return hour

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.night is not None and not self.is_night_meant:
            self.add_error("over_midnight", _("These hours end on the next day."))
        return data

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "starts_at": data["starts_at"],
            "minutes": _minutes(data["starts_at"], data["until"]),
            "channels": tuple(data["channels"]),
        }

    def stretch(self) -> Stretch:
        return Stretch(**self.facts())


class WeeklyStretchForm(StretchForm):
    weekday = forms.TypedChoiceField(
        choices=WEEKDAYS, coerce=int, label=_("Day"), widget=forms.Select(INPUT)
    )
    every_n_weeks = forms.TypedChoiceField(
        choices=RHYTHMS,
        coerce=int,
        label=_("Rhythm"),
        required=False,
        empty_value=None,
        widget=forms.Select(INPUT),
    )
    valid_from = forms.DateField(
        label=_("First day"), required=False, widget=day_input()
    )
    valid_until = forms.DateField(
        label=_("Last day"), required=False, widget=day_input()
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_until")
        if (data.get("every_n_weeks") or 1) > 1 and first is None:
            self.add_error("valid_from", _("From which week is it counted?"))
        if first and last and last < first:
            self.add_error("valid_until", _("The last day comes after the first."))
        return data

    def stretch(self) -> WeeklyStretch:
        data = self.cleaned_data
        return WeeklyStretch(
            **self.facts(),
            weekday=data["weekday"],
            every_n_weeks=data["every_n_weeks"] or 1,
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
        )


def _minutes(start: dt.time, end: dt.time) -> int:
    length = (end.hour * 60 + end.minute) - (start.hour * 60 + start.minute)
    return length % DAY or DAY


def rows_in(
    data: QueryDict, form: type[StretchForm], *, without: int | None = None
) -> list[StretchForm]:
    """The rows that were sent, bound, in their order and numbered again; a row whose
    hours are both empty is left out."""
    rows: list[StretchForm] = []
    for number in range(min(_count(data), MOST_ROWS)):
        sent = _sent(data, number, form)
        empty = not (sent.get("starts_at") or sent.get("until"))
        if number != without and not empty:
            fresh = QueryDict(mutable=True)
            for name in sent:
                fresh.setlist(f"row-{len(rows)}-{name}", sent.getlist(name))
            rows.append(form(fresh, prefix=f"row-{len(rows)}"))
    return rows


def _count(data: QueryDict) -> int:
    written = data.get("rows", "")
    return int(written) if written.isdecimal() and len(written) < 4 else 0


def _sent(data: QueryDict, number: int, form: type[StretchForm]) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name in form.base_fields:
        sent.setlist(name, data.getlist(f"row-{number}-{name}"))
    return sent
