"""Forms of the pages of hours. Field names are the keywords of the services."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT, day_input, time_input
from booking.rota.postings import PostingTerm
from stores.calendar.public_holidays import (
    IN_SOME_COMMUNES,
    TERRITORIES,
    PublicHoliday,
    public_holidays,
)
from stores.errors import UnknownTerritory
from stores.models import Offer, Region, Store
from stores.texts import in_language


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
    """`customs` are days of the territory of which the store alone knows that they hold
    there, by their French names; none is ticked by itself."""

    territory = forms.ChoiceField(
        choices=[(code, code) for code in TERRITORIES],
        label=_("Territory"),
        widget=forms.Select(INPUT),
    )
    year = forms.TypedChoiceField(
        coerce=int, label=_("Year"), widget=forms.Select(INPUT)
    )

    customs = forms.MultipleChoiceField(
        label=_("Kept by custom, not by law"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, this_year: int, own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = (this_year, this_year + 1)
        self.fields["year"].choices = [  # type: ignore[attr-defined]
            (year, str(year)) for year in years
        ]
        customs = self.fields["customs"]
        customs.choices = _customs(own, years)  # type: ignore[attr-defined]
        if own.removeprefix("FR-") in IN_SOME_COMMUNES:
            customs.label = _("By law in communes with a Protestant church only")
        known = [code for code in (own, *TERRITORIES) if code]
        choices = [(code, code) for code in dict.fromkeys(known)]
        self.fields["territory"].choices = choices  # type: ignore[attr-defined]

    def left_open(self) -> str:
        """The days of the chosen territory and year that were not ticked; empty where
        there are none. Of another territory than the store's none could be."""
        chosen = self.cleaned_data
        found = public_holidays(territory=chosen["territory"], year=chosen["year"])
        rows = [
            day
            for day in found
            if day.is_asked and day.name["fr"] not in chosen["customs"]
        ]
        return ", ".join(_named([row]) for row in rows)


def _customs(territory: str, years: Sequence[int]) -> list[tuple[str, str]]:
    """Name in French → name and days, as they fall in these years."""
    days: dict[str, list[PublicHoliday]] = {}
    for year in years:
        try:
            found = public_holidays(territory=territory, year=year)
        except UnknownTerritory:
            return []
        for holiday in found:
            if holiday.is_asked:
                days.setdefault(holiday.name["fr"], []).append(holiday)
    return [(name, _named(rows)) for name, rows in days.items()]


def _named(rows: Sequence[PublicHoliday]) -> str:
    days = ", ".join(date_format(row.day) for row in rows)
    return f"{in_language(rows[0].name, '')} ({days})"


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
