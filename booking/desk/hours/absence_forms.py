"""The form of an absence."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT, day_input, time_input
from stores.models import Absence, Agenda, StaffMember

REASONS = [
    (Absence.Reason.HOLIDAY, _("Holiday")),
    (Absence.Reason.SICKNESS, _("Illness")),
    (Absence.Reason.TRAINING, _("Training")),
    (Absence.Reason.OTHER, _("Other reason")),
]


class AgendaField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic
    def label_from_instance(self, obj: Agenda) -> str:
        member = obj.staff_member
        return _full_name(member) if member else str(obj)


def _full_name(member: StaffMember) -> str:
    return f"{member.first_name} {member.last_name}".strip()


class AbsenceForm(forms.Form):
    """From and to are read on the clock of the store; `cleaned_data` has the keywords
    of `add_absence`: agenda, starts_at and ends_at (aware UTC), reason."""

    agenda = AgendaField(
        queryset=None,
        label=_("Adviser"),
        empty_label=None,
        widget=forms.Select(INPUT),
    )
    first_day = forms.DateField(label=_("First day"), widget=day_input())
    first_time = forms.TimeField(label=_("From"), widget=time_input())
    last_day = forms.DateField(label=_("Last day"), widget=day_input())
    last_time = forms.TimeField(label=_("Until"), widget=time_input())
    reason = forms.ChoiceField(
        choices=REASONS, label=_("Reason"), widget=forms.Select(INPUT)
    )

    def __init__(
        self,
        *args: Any,
        agendas: QuerySet[Agenda],
        zone: zoneinfo.ZoneInfo,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda"].queryset = agendas  # type: ignore[attr-defined]
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_at = self._instant(data, "first_day", "first_time", fold=0)
        # An end inside the repeated hour means its second pass: longer, never shorter.
        ends_at = self._instant(data, "last_day", "last_time", fold=1)
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("last_time", _("The end comes after the start."))
        if self.errors:
            return data
        return {
            "agenda": data["agenda"],
            "starts_at": starts_at,
            "ends_at": ends_at,
            "reason": data["reason"],
        }

    def _instant(
        self, data: dict[str, Any], day: str, time: str, *, fold: int
    ) -> dt.datetime | None:
        if data.get(day) is None or data.get(time) is None:
            return None
        local = dt.datetime.combine(data[day], data[time], self.zone)
        try:
            instant = local.replace(fold=fold).astimezone(dt.UTC)
        except OverflowError:
            self.add_error(day, _("This is no time."))
            return None
        if instant.astimezone(self.zone).time() != data[time]:
            self.add_error(time, _("The clocks change: this hour does not exist."))
        return instant
