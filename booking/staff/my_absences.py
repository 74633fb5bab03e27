"""My absences: those that I ask for, the answers, and when I am away."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from booking.access import own_request_or_404
from booking.door import for_staff, page_context, store_in_view, way_back
from booking.errors import AbsenceEmpty, AskingRefused, RequestAnswered
from booking.fields import INPUT, day_input, time_input
from booking.forms import ABSENCE_REASONS, OnClockForm
from booking.once import once_only
from booking.rota.asked_absences import ask_absence, note_seen, withdraw_request
from booking.staff.queries import agenda_of, coming_absences, requests_of
from stores.access import written_id
from stores.accounts.levels import enough
from stores.accounts.workplace import Workplace
from stores.models import AbsenceRequest, Agenda, Level, Store

WHY_NOT = {
    AskingRefused.Why.PAST: gettext_lazy(
        "This time is past: an absence begins today or later."
    ),
    AskingRefused.Why.ASKED: gettext_lazy(
        "You have asked for some of this time already."
    ),
    AskingRefused.Why.AWAY: gettext_lazy("You are away for some of this time already."),
}


class AskForm(OnClockForm):
    """Days on the clock of the store; without hours they are whole. `cleaned_data` has
    the keywords of `ask_absence`."""

    first_day = forms.DateField(label=gettext_lazy("First day"), widget=day_input())
    first_time = forms.TimeField(
        label=gettext_lazy("From"), widget=time_input(), required=False
    )
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=day_input())
    last_time = forms.TimeField(
        label=gettext_lazy("Until"), widget=time_input(), required=False
    )
    reason = forms.ChoiceField(
        choices=ABSENCE_REASONS,
        label=gettext_lazy("Reason"),
        widget=forms.Select(INPUT),
    )
    note = forms.CharField(
        label=gettext_lazy("A word to whoever answers"),
        max_length=AbsenceRequest.LONGEST_NOTE,
        required=False,
        widget=forms.TextInput({**INPUT, "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_at = self._edge("first", fold=0)
        ends_at = self._edge("last", fold=1)
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("last_day", _("The end comes after the start."))
        if self.errors:
            return data
        return {
            "starts_at": starts_at,
            "ends_at": ends_at,
            "reason": data["reason"],
            "note": data["note"],
        }

    def _edge(self, name: str, *, fold: int) -> dt.datetime | None:
        """The hour that is written; for none, where the first day begins or the last
        one ends."""
        day, time = f"{name}_day", f"{name}_time"
        written: dt.date | None = self.cleaned_data.get(day)
        if self.cleaned_data.get(time) is not None or time in self.errors:
            return self.instant(day, time, fold=fold)
        if written is None:
            return None
        try:
            midnight = written + dt.timedelta(days=name == "last")
            local = dt.datetime.combine(midnight, dt.time(), self.zone)
            return local.astimezone(dt.UTC)
        except OverflowError:
            self.add_error(day, _("This is no time."))
            return None


@require_http_methods(["GET", "POST"])
@for_staff
@once_only
def my_absences(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    agenda, store = _own_agenda(workplace), store_in_view(request, workplace)
    form, status = _form(request, store), HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid() and _asked(agenda, store, form):
            said = _("You have asked. The answer will stand here.")
            messages.success(request, said)
            return redirect(request.get_full_path())
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    now = timezone.now()
    context = page_context(request, workplace, store, "my_absences") | {
        "form": form,
        "requests": requests_of(agenda, now),
        "absences": coming_absences(agenda, now),
        "now": now,
    }
    return render(request, "booking/staff/my_absences.html", context, status=status)


def _form(request: HttpRequest, store: Store) -> AskForm:
    tomorrow = timezone.now().astimezone(store.zone).date() + dt.timedelta(days=1)
    initial = {"first_day": tomorrow, "last_day": tomorrow}
    return AskForm(request.POST or None, initial=initial, zone=store.zone)


def _asked(agenda: Agenda, store: Store, form: AskForm) -> bool:
    """Asks, or says beside the day why not."""
    try:
        ask_absence(
            agenda=agenda, zone=store.zone, **form.cleaned_data, now=timezone.now()
        )
    except AskingRefused as refusal:
        form.add_error("first_day", WHY_NOT[refusal.why])
    except AbsenceEmpty:
        form.add_error("last_day", _("An absence begins and lasts within a year."))
    else:
        return True
    return False


@require_POST
@for_staff
def withdraw_absence(
    request: HttpRequest, workplace: Workplace, asked_id: int
) -> HttpResponse:
    asked = own_request_or_404(workplace, asked_id)
    try:
        withdraw_request(asked=asked)
    except RequestAnswered:
        messages.warning(request, _("It was answered meanwhile: read the answer."))
    else:
        messages.success(request, _("You have taken your request back."))
    return redirect(way_back(request))


@enough(Level.PIN)
@require_POST
@for_staff
def answers_seen(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """The line above the board goes, with the answers that it showed, no later one."""
    shown = [written_id(text) for text in request.POST.getlist("asked")]
    note_seen(agenda=_own_agenda(workplace), shown=shown, now=timezone.now())
    return redirect(way_back(request))


def _own_agenda(workplace: Workplace) -> Agenda:
    member = workplace.staff_member
    agenda = agenda_of(member) if member is not None else None
    if agenda is None:
        raise Http404
    return agenda
