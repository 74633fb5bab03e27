"""Steps one and two: where the store is, and when somebody answers there."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.desk.setup.forms import DayForm, StoreForm
from booking.desk.setup.queries import (
    Progress,
    open_setup_of,
    progress_of,
    week_of,
)
from booking.desk.setup.steps import for_step, step_context, url_of
from booking.door import for_member, leads_brand
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.hours import WeeklyStretch, set_working_hours
from booking.rota.moving_in import open_first_store
from booking.rota.places.closing import write_stores
from stores.accounts.workplace import Workplace
from stores.errors import StoreRefused
from stores.models import Agenda, Channel, StoreKind

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
SHOP_DAYS, OFFICE_DAYS = range(6), range(5)


@require_safe
@for_step(1)
def resume(
    request: HttpRequest, workplace: Workplace, progress: Progress
) -> HttpResponse:
    """Leads on to the first step that is not done."""
    return redirect(url_of(progress.first_undone))


@require_safe
@for_member
def notice(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """A line for the pages of the desk, with the way back to the steps; nothing for a
    brand that has left them.
    """
    setup = open_setup_of(workplace.brand) if leads_brand(workplace) else None
    if setup is None:
        return HttpResponse()
    progress = progress_of(setup, workplace.brand, workplace.membership.user)
    context = {"count": sum(progress.done)}
    return render(request, "booking/desk/setup/_notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_step(1)
def store(
    request: HttpRequest, workplace: Workplace, progress: Progress
) -> HttpResponse:
    known = progress.store
    if request.method == "POST":
        form = StoreForm(request.POST)
        form.known = known
    else:
        form = StoreForm.of(known) if known else StoreForm()
    if form.is_bound and form.is_valid():
        try:
            _write_store(workplace, progress, form)
        except StoreRefused as refused:
            form.add_error(refused.field, _("This does not go together."))
        except AppointmentsAffected:
            words = _("A visit is booked by the clock of this zone: move it first.")
            form.add_error("time_zone", words)
        else:
            return redirect("booking:setup_hours")
    context = {**step_context(workplace, progress, 1), "form": form}
    status = REFUSED if form.errors else HTTPStatus.OK
    return render(request, "booking/desk/setup/store.html", context, status=status)


def _write_store(workplace: Workplace, progress: Progress, form: StoreForm) -> None:
    if progress.store is not None:
        write_stores(
            brand=workplace.brand,
            stores=[progress.store],
            facts=[form.facts(progress.store)],
            user=workplace.membership.user,
            now=timezone.now(),
        )
        return
    open_first_store(
        brand=workplace.brand,
        user=workplace.membership.user,
        facts=form.facts(),
        now=timezone.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_step(2)
def hours(
    request: HttpRequest, workplace: Workplace, progress: Progress
) -> HttpResponse:
    days, evening = _day_forms(request, progress)
    context = {
        **step_context(workplace, progress, 2),
        "days": days,
        "evening": evening,
        "is_remote": progress.store is not None and progress.store.is_remote,
    }
    if request.method != "POST":
        return render(request, "booking/desk/setup/hours.html", context)
    if all(day.is_valid() for day in days):
        rows = _rows(progress, days, evening=evening)
        context["refused"] = _write_hours(workplace, progress, rows)
        if not context["refused"]:
            return redirect("booking:setup_topics")
    return render(request, "booking/desk/setup/hours.html", context, status=REFUSED)


def _rows(
    progress: Progress, days: list[DayForm], *, evening: bool
) -> list[WeeklyStretch]:
    is_remote = progress.store is not None and progress.store.is_remote
    channels = [
        channel
        for channel in Channel.values
        if not (is_remote and channel == Channel.IN_STORE)
    ]
    by = tuple(channels)
    return [row for day in days for row in day.stretches(by, evening=evening)]


def _write_hours(
    workplace: Workplace, progress: Progress, rows: list[WeeklyStretch]
) -> str:
    """Says in words why it cannot be written; empty once it is."""
    store, adviser = progress.store, progress.adviser
    if not rows:
        return _("Open one day at least: nobody can book otherwise.")
    if store is None or adviser is None:
        return _("Nobody works for this store yet.")
    try:
        set_working_hours(
            agenda=Agenda.give_to(adviser),
            store=store,
            rows=rows,
            user=workplace.membership.user,
            now=timezone.now(),
        )
    except AppointmentsAffected:
        return _(
            "A visit is booked in hours that you close. Move it first: the page of "
            "hours asks for each."
        )
    return ""


def _day_forms(request: HttpRequest, progress: Progress) -> tuple[list[DayForm], bool]:
    """As they were sent, else as they stand, else what most would choose; and whether
    the evening is answered from home.
    """
    if request.method == "POST":
        days = [DayForm(request.POST, weekday=n) for n in range(7)]
        return days, "evening" in request.POST
    week = week_of(progress)
    is_shop = progress.store is None or progress.store.kind == StoreKind.SHOP
    usual = SHOP_DAYS if is_shop else OFFICE_DAYS
    days = []
    for n in range(7):
        known = week.get(n)
        initial: dict[str, object] = {"is_open": bool(known) if week else n in usual}
        if known:
            initial |= {"starts_at": known.starts_at, "until": known.until}
        days.append(DayForm(weekday=n, initial=initial))
    return days, any(day.from_home for day in week.values())
