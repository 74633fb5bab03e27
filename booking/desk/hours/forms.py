"""Forms of the pages of hours. Field names are the keywords of the services; a row
of a week is one small form with its own prefix: rows come and go without script."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT, day_input, time_input
from booking.rota.hours import Stretch, WeeklyStretch
from booking.rota.postings import PostingTerm
from stores.calendar.public_holidays import TERRITORIES
from stores.models import Channel, Offer, Region, Store

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
MOST_FORM_ROWS = 60
MINUTES_OF_A_DAY = 24 * 60


class StretchForm(forms.Form):
    """An hour from which, an hour until which; until midnight or past it is the next
    day, and the same hour twice is 24 hours."""

    starts_at = forms.TimeField(label=_("From"), widget=time_input())
    until = forms.TimeField(label=_("Until"), widget=time_input())
    channels = forms.MultipleChoiceField(
        choices=CHANNELS, label=_("Channels"), widget=forms.CheckboxSelectMultiple
    )

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
    return length % MINUTES_OF_A_DAY or MINUTES_OF_A_DAY


class PostingForm(forms.Form):
    """One store of the brand: whether the person works there, and when."""

    works = forms.BooleanField(label=_("Works here"), required=False)
    is_home = forms.BooleanField(label=_("Home store"), required=False)
    valid_from = forms.DateField(
        label=_("First day"), required=False, widget=day_input()
    )
    valid_until = forms.DateField(
        label=_("Last day"), required=False, widget=day_input()
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store = store

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day comes after the first."))
        return data

    def term(self) -> PostingTerm | None:
        data = self.cleaned_data
        if not data["works"]:
            return None
        return PostingTerm(
            store=self.store,
            is_home=data["is_home"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
        )


class ClosureForm(forms.Form):
    """`place` is "brand", "region-<id>" or "store-<id>", of what may be chosen."""

    place = forms.ChoiceField(label=_("What is closed"), widget=forms.Select(INPUT))
    first_day = forms.DateField(label=_("First day"), widget=day_input())
    last_day = forms.DateField(label=_("Last day"), widget=day_input())
    reason = forms.CharField(
        label=_("Reason"), max_length=80, widget=forms.TextInput(INPUT)
    )

    def __init__(
        self,
        *args: Any,
        whole_brand: str,
        regions: Sequence[Region],
        stores: Sequence[Store],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._places: dict[str, dict[str, Any]] = {}
        names: list[tuple[str, str]] = []
        for store in stores:
            self._places[f"store-{store.pk}"] = {"store": store}
            names.append((f"store-{store.pk}", store.name))
        for region in regions:
            self._places[f"region-{region.pk}"] = {"region": region}
            names.append((f"region-{region.pk}", region.name))
        if whole_brand:
            self._places["brand"] = {}
            names.append(("brand", whole_brand))
        self.fields["place"].choices = names  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """The keywords of `add_closure`, without who and when."""
        data = self.cleaned_data
        return {
            **self._places[data["place"]],
            "first_day": data["first_day"],
            "last_day": data["last_day"],
            "reason": {"fr": data["reason"], "en": data["reason"]},
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes after the first."))
        return data


class HolidaysForm(forms.Form):
    territory = forms.ChoiceField(
        choices=[(code, code) for code in TERRITORIES],
        label=_("Territory"),
        widget=forms.Select(INPUT),
    )
    year = forms.TypedChoiceField(
        coerce=int, label=_("Year"), widget=forms.Select(INPUT)
    )

    def __init__(self, *args: Any, this_year: int, own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(year, str(year)) for year in (this_year, this_year + 1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        known = [code for code in (own, *TERRITORIES) if code]
        choices = [(code, code) for code in dict.fromkeys(known)]
        self.fields["territory"].choices = choices  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """`hour` on the store's clock; `offer` is a topic by a channel."""

    offer = forms.TypedChoiceField(
        coerce=int, label=_("Topic"), widget=forms.Select(INPUT)
    )
    day = forms.DateField(label=_("Day"), widget=day_input())
    hour = forms.TimeField(label=_("Hour"), widget=time_input())

    def __init__(
        self, *args: Any, offers: Sequence[tuple[Offer, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(offer.pk, words) for offer, words in offers]
        self.fields["offer"].choices = choices  # type: ignore[attr-defined]

    def starts_at(self, zone: zoneinfo.ZoneInfo) -> dt.datetime:
        local = dt.datetime.combine(
            self.cleaned_data["day"], self.cleaned_data["hour"], zone
        )
        return local.astimezone(dt.UTC)


def rows_in(
    data: QueryDict, form: type[StretchForm], *, without: int | None = None
) -> list[StretchForm]:
    """The rows that were sent, bound, in their order and numbered again; a row whose
    hours are both empty is left out."""
    rows: list[StretchForm] = []
    for number in range(min(_count(data), MOST_FORM_ROWS)):
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
