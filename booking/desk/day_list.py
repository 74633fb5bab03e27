"""The visits of a day in rows, of which several are given to a colleague at once.

What was refused is named beside its row after the redirect: the address carries it,
signed, for a quarter of an hour.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from booking.access import appointment_for_staff
from booking.desk.grid import day_period
from booking.desk.queries import visits_for_agenda
from booking.door import day_or_404, for_desk, page_context, store_in_view
from booking.errors import SlotTaken, StaleVersion, TransitionRefused
from booking.fields import INPUT
from booking.models import Actor, Appointment
from booking.once import once_only
from booking.queries import staff_of_store
from booking.services.rescheduling import Given, give_visits
from booking.shown import Shown
from booking.states import UPCOMING
from stores.accounts.workplace import Workplace
from stores.models import StaffMember, Store

MOST = 30
SALT = "visits not given"
SHOWN_FOR = 15 * 60
Ticked = list[tuple[uuid.UUID, int]]


class TickedField(forms.MultipleChoiceField):
    """Ids of visits, each with the version that its row showed: `<id>.<version>`. They
    are looked up by the view: a row may have changed since."""

    def valid_value(self, value: str) -> bool:
        return True

    def clean(self, value: Any) -> Any:
        ticked = super().clean(value)
        if len(ticked) > MOST:
            words = _("At most %(most)d at once, please.") % {"most": MOST}
            raise forms.ValidationError(words)
        try:
            pairs = [one.split(".") for one in ticked]
            return [(uuid.UUID(pk), int(version)) for pk, version in pairs]
        except ValueError:
            raise forms.ValidationError(self.error_messages["required"]) from None


class GiveForm(forms.Form):
    """`cleaned_data` has ids and versions, and the colleague."""

    visits = TickedField(
        error_messages={"required": gettext_lazy("Tick one visit at least.")}
    )
    staff_member = forms.TypedChoiceField(
        label=gettext_lazy("Give them to"),
        widget=forms.Select(INPUT),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose a colleague.")
        ),
    )

    def __init__(self, data: Any, *, staff: Sequence[StaffMember]) -> None:
        super().__init__(data)
        known = {str(member.pk): member for member in staff}
        field: Any = self.fields["staff_member"]
        field.coerce = known.__getitem__
        field.choices = [
            ("", _("Choose a colleague")),
            *((pk, member.display_name) for pk, member in known.items()),
        ]

    @property
    def ticked(self) -> set[str]:
        data: Any = self.data
        return {value.partition(".")[0] for value in data.getlist("visits")}


@dataclass(frozen=True)
class Row:
    """`why` says what kept it from being given just now."""

    visit: Appointment
    can_be_given: bool
    is_ticked: bool
    why: str


@dataclass(frozen=True)
class Left:
    """Visits that stayed as they were: who should have had them, and the codes."""

    staff_id: int = 0
    codes: dict[str, str] | None = None

    @classmethod
    def of(cls, text: str) -> Left:
        """Nothing for a text that we did not sign, or long ago."""
        try:
            staff_id, codes = signing.loads(text, salt=SALT, max_age=SHOWN_FOR)
        except signing.BadSignature:
            return cls()
        return cls(staff_id, codes)

    def why(self, visit: Appointment, staff: Sequence[StaffMember]) -> str:
        code = (self.codes or {}).get(visit.pk.hex, "")
        names = {member.pk: member.display_name for member in staff}
        return _why(code, names.get(self.staff_id, "")) if code else ""


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
@once_only
def day_list(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST gives the ticked ones away, each at its own hour."""
    store = store_in_view(request, workplace)
    today = timezone.now().astimezone(store.zone).date()
    day = day_or_404(request.GET.get("day", ""), today)
    staff = staff_of_store(store, [day])
    sent = request.POST if request.method == "POST" else None
    form = GiveForm(sent, staff=staff)
    if sent is not None and form.is_valid():
        wish = form.cleaned_data
        given = _give(workplace, wish["visits"], wish["staff_member"])
        _say(request, given, wish["staff_member"])
        return redirect(_address(store, day, given, wish["staff_member"]))
    context = {
        **page_context(request, workplace, store, "week"),
        **_shown(store, day, form, staff, Left.of(request.GET.get("left", ""))),
    }
    status = HTTPStatus.OK if sent is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "booking/desk/day_list.html", context, status=status)


def _give(workplace: Workplace, ticked: Ticked, member: StaffMember) -> list[Given]:
    visits = [
        (appointment_for_staff(workplace, pk), Shown(version))
        for pk, version in dict(ticked).items()
    ]
    return give_visits(
        visits=visits,
        staff_member=member,
        by=Actor.staff(workplace.membership.user),
        now=timezone.now(),
    )


def _say(request: HttpRequest, given: Sequence[Given], member: StaffMember) -> None:
    left = sum(bool(one.refused) for one in given)
    done, said = len(given) - left, []
    if done:
        words = ngettext(
            "%(count)d visit is with %(name)s now. The customer is told.",
            "%(count)d visits are with %(name)s now. The customers are told.",
            done,
        )
        said.append(words % {"count": done, "name": member.display_name})
    if left:
        words = ngettext(
            "%(count)d stays as it was: see why beside it.",
            "%(count)d stay as they were: see why beside each.",
            left,
        )
        said.append(words % {"count": left})
    say = messages.warning if left else messages.success
    say(request, " ".join(said))


def _address(
    store: Store, day: dt.date, given: Sequence[Given], member: StaffMember
) -> str:
    query: dict[str, Any] = {"store": store.pk, "day": day.isoformat()}
    refused = {one.appointment.pk.hex: one.refused for one in given if one.refused}
    if refused:
        query["left"] = signing.dumps([member.pk, refused], salt=SALT, compress=True)
    return f"{reverse('booking:day_list')}?{urlencode(query)}"


def _shown(
    store: Store,
    day: dt.date,
    form: GiveForm,
    staff: Sequence[StaffMember],
    left: Left,
) -> dict[str, object]:
    """Rows that were refused just now stay ticked: somebody else may take them."""
    now = timezone.now()
    visits = visits_for_agenda(store=store, staff=(), window=day_period(store, day))
    refused = {str(uuid.UUID(pk)) for pk in left.codes or {}}
    ticked = form.ticked if form.is_bound else refused
    rows = [
        Row(
            visit=visit,
            can_be_given=visit.status in UPCOMING and visit.starts_at > now,
            is_ticked=str(visit.pk) in ticked,
            why=left.why(visit, staff),
        )
        for visit in visits
    ]
    return {
        "form": form,
        "day": day,
        "day_before": day - dt.timedelta(days=1),
        "day_after": day + dt.timedelta(days=1),
        "rows": rows,
        "some_given": any(row.can_be_given for row in rows),
        "gone": len(refused - {str(visit.pk) for visit in visits}),
    }


def _why(code: str, name: str) -> str:
    words = {
        SlotTaken.code: _("%(name)s is taken then."),
        StaleVersion.code: _("It has changed meanwhile: look at it again."),
        TransitionRefused.code: _("It has begun, or is over."),
    }
    unknown = _("%(name)s does not work here then, or does not advise on this so.")
    return words.get(code, unknown) % {"name": name}
