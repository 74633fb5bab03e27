"""The form of an absence."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT, day_input, time_input
from booking.forms import ABSENCE_REASONS, OnClockForm
from stores.models import Agenda, StaffMember


class AgendaField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic
    def label_from_instance(self, obj: Agenda) -> str:
        member = obj.staff_member
        return _full_name(member) if member else str(obj)


def _full_name(member: StaffMember) -> str:
    return f"{member.first_name} {member.last_name}".strip()


class AbsenceForm(OnClockForm):
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
        choices=ABSENCE_REASONS, label=_("Reason"), widget=forms.Select(INPUT)
    )

    def __init__(
        self,
        *args: Any,
        agendas: QuerySet[Agenda],
        zone: zoneinfo.ZoneInfo,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, zone=zone, **kwargs)
        self.fields["agenda"].queryset = agendas  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_at = self.instant("first_day", "first_time", fold=0)
        ends_at = self.instant("last_day", "last_time", fold=1)
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
