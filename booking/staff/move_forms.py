"""Forms that move a visit. Field names are the keywords of the services."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT, StartField, day_input, time_input
from booking.models import Appointment, AppointmentEvent
from booking.shown import Shown
from stores.models import Channel, StaffMember

SALT = "refused move"
LONGEST_LOOK = dt.timedelta(days=366)
REFUSAL_LASTS = 15 * 60
WHY_OVERLAP = [
    (AppointmentEvent.Reason.EMERGENCY, _("It cannot wait")),
    (AppointmentEvent.Reason.SHORT_VISIT, _("A word is enough")),
    (AppointmentEvent.Reason.JOINT_VISIT, _("Both come together")),
    (AppointmentEvent.Reason.CUSTOMER_WISH, _("The customer asks for it")),
]


class FreeStartField(StartField):
    """None where no free hour was chosen: another one may be typed. Nor at the ends of
    the calendar, where the clocks of some zones have no name for an instant."""

    def clean(self, value: Any) -> Any:
        start = super().clean(value) if value else None
        if start and abs(start.date() - timezone.now().date()) > LONGEST_LOOK:
            raise forms.ValidationError(self.error_messages["required"])
        return start


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic
    def label_from_instance(self, obj: StaffMember) -> str:
        return obj.display_name


class MoveForm(forms.Form):
    """`start` is a free hour of the page, as an instant; `day` and `hour` are any
    other, read on the clock of the store. `cleaned_data` has the keywords of
    `move_appointment`: starts_at, staff_member (None: anybody who is free), channel."""

    start = FreeStartField(
        required=False, error_messages={"required": _("Choose an hour.")}
    )
    day = forms.DateField(label=_("Day"), widget=day_input())
    hour = forms.TimeField(label=_("Another hour"), required=False, widget=time_input())
    staff_member = MemberField(
        queryset=None, required=False, label=_("Adviser"), widget=forms.Select(INPUT)
    )
    channel = forms.ChoiceField(label=_("Channel"), widget=forms.Select(INPUT))

    def __init__(
        self,
        *args: Any,
        appointment: Appointment,
        staff: QuerySet[StaffMember],
        channels: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        member = self.fields["staff_member"]
        member.queryset = staff  # type: ignore[attr-defined]  # a choice field
        first = _("%(name)s, else a colleague") % {
            "name": appointment.staff_member.first_name
        }
        member.empty_label = first  # type: ignore[attr-defined]
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]
        self.visit = appointment

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if abs(day - timezone.now().date()) > LONGEST_LOOK:
            raise forms.ValidationError(_("Ask for a day within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_at = data.get("start") or self._instant(data)
        if starts_at is None and not self.errors:
            self.add_error("hour", _("Choose an hour."))
        if self.errors:
            return data
        return {
            "starts_at": starts_at,
            "staff_member": data["staff_member"],
            "channel": Channel(data["channel"]),
        }

    def _instant(self, data: dict[str, Any]) -> dt.datetime | None:
        if data.get("day") is None or data.get("hour") is None:
            return None
        zone = self.visit.store.zone
        local = dt.datetime.combine(data["day"], data["hour"], zone)
        try:
            instant = local.astimezone(dt.UTC)
        except OverflowError:
            self.add_error("day", _("This is no time."))
            return None
        if instant.astimezone(zone).time() != data["hour"]:
            self.add_error("hour", _("The clocks change: this hour does not exist."))
        return instant


class OverlapForm(forms.Form):
    """`refused` is what a refused move left on the page: signed, so that nobody lays
    one visit over another without having been told. `cleaned_data` has the keywords of
    `overlap_appointment`."""

    refused = forms.CharField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Why"), choices=WHY_OVERLAP, widget=forms.Select(INPUT)
    )

    def __init__(
        self,
        *args: Any,
        appointment: Appointment,
        staff: QuerySet[StaffMember],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.visit = appointment
        self.staff = staff

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            facts = signing.loads(data["refused"], salt=SALT, max_age=REFUSAL_LASTS)
        except signing.BadSignature:
            raise forms.ValidationError("", code="refused") from None
        visit_id, version, starts_at, staff_id = facts
        member = self.staff.filter(pk=staff_id).first()
        is_known = uuid.UUID(visit_id) == self.visit.pk
        if member is None or not is_known or Shown(version).is_stale(self.visit):
            raise forms.ValidationError("", code="refused")
        return {
            "starts_at": dt.datetime.fromisoformat(starts_at),
            "staff_member": member,
            "reason": AppointmentEvent.Reason(data["reason"]),
        }


def refused_move(
    appointment: Appointment, starts_at: dt.datetime, staff_member: StaffMember
) -> str:
    """The proof for `OverlapForm.refused`: the visit as it is now, where, with whom."""
    facts = [
        str(appointment.pk),
        appointment.version,
        starts_at.isoformat(),
        staff_member.pk,
    ]
    return signing.dumps(facts, salt=SALT, compress=True)
