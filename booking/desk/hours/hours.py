"""The hours of a person: one chain, the days apart, "Why not?", the clock changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from booking.access import agenda_for_desk
from booking.availability.buffers import needed
from booking.availability.query import StartQuery
from booking.availability.starts import StartMasks, masks_for
from booking.desk import queries
from booking.desk.grid import day_period
from booking.desk.hours.forms import WhyForm
from booking.desk.hours.unusual_days import clock_weeks, days_apart
from booking.door import day_or_404, for_agenda, for_desk, page_context, store_in_view
from booking.explain.day_chain import Layers, chain_of, layers_of, open_hours
from booking.explain.rows import MomentRows, rows_around
from booking.explain.why_not import answer_of
from booking.starts import Start
from booking.wording import channel_name
from stores.access import offers_for_store, written_id
from stores.accounts.workplace import Workplace
from stores.calendar.clock_changes import next_clock_changes
from stores.calendar.periods import Period
from stores.models import Agenda, Offer, StaffMember, Store

Row = TypeVar("Row", Agenda, Offer)


@dataclass(frozen=True)
class Chosen:
    """The subject of the page: a person of the store, an offer, a local day."""

    store: Store
    agenda: Agenda
    member: StaffMember
    offer: Offer
    day: dt.date
    now: dt.datetime


@require_GET
@for_desk
def hours(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    people = queries.people_of(store)
    offers = offers_for_store(store)
    context: dict[str, Any] = {
        **page_context(request, workplace, store, "hours"),
        "people": people,
    }
    if not people or not offers:
        return render(request, "booking/desk/hours_nobody.html", context)
    chosen = _chosen(request, workplace, store, people, offers)
    form = _why_form(request, chosen, offers)
    asked = _asked(form, chosen)
    found, rows, layers = _read(chosen, people, asked)
    context |= {
        "chosen": chosen,
        "form": form,
        "chain": chain_of(layers, store=store, day=chosen.day, asked=asked),
        "apart": days_apart(chosen.agenda, store, now=chosen.now),
        "day_before": chosen.day - dt.timedelta(days=1),
        "day_after": chosen.day + dt.timedelta(days=1),
        "why": _why(chosen, found, rows, asked),
    }
    return render(request, "booking/desk/hours.html", context)


@require_GET
@for_agenda
def clock_changes(
    request: HttpRequest, workplace: Workplace, agenda: Agenda
) -> HttpResponse:
    """The weeks of the next two clock changes, in local hours and as instants."""
    store = store_in_view(request, workplace)
    changes = next_clock_changes(store.zone, after=timezone.now())
    context = {
        **page_context(request, workplace, store, "hours"),
        "agenda": agenda,
        "member": agenda.staff_member,
        "weeks": clock_weeks(agenda, store, changes),
    }
    return render(request, "booking/desk/hours_clocks.html", context)


def _chosen(
    request: HttpRequest,
    workplace: Workplace,
    store: Store,
    people: list[Agenda],
    offers: list[Offer],
) -> Chosen:
    """By `?who=`, `?offer=` and `?day=`, else the first of each; unknown ones: 404."""
    now = timezone.now()
    agenda = _person(request, workplace, people)
    if agenda.staff_member is None:
        raise Http404
    return Chosen(
        store=store,
        agenda=agenda,
        member=agenda.staff_member,
        offer=_by_id(offers, request.GET.get("offer", "")),
        day=day_or_404(request.GET.get("day", ""), now.astimezone(store.zone).date()),
        now=now,
    )


def _person(request: HttpRequest, workplace: Workplace, people: list[Agenda]) -> Agenda:
    """Another store was chosen with somebody who is not there: its first person."""
    written = request.GET.get("who", "")
    if written and written not in {str(a.pk) for a in people}:
        agenda_for_desk(workplace, written_id(written))
        return people[0]
    return _by_id(people, written)


def _by_id(rows: Sequence[Row], written: str) -> Row:
    for row in rows:
        if not written or str(row.pk) == written:
            return row
    raise Http404


def _why_form(request: HttpRequest, chosen: Chosen, offers: list[Offer]) -> WhyForm:
    named = [(offer, _offer_words(offer, chosen.store)) for offer in offers]
    initial = {"offer": chosen.offer.pk, "day": chosen.day}
    sent = request.GET if request.GET.get("hour") else None
    return WhyForm(sent, initial=initial, offers=named)


def _offer_words(offer: Offer, store: Store) -> str:
    return _("%(topic)s, %(channel)s, %(minutes)d min") % {
        "topic": offer.topic.label,
        "channel": channel_name(offer.channel, store),
        "minutes": offer.duration,
    }


def _asked(form: WhyForm, chosen: Chosen) -> dt.datetime | None:
    if form.is_bound and form.is_valid():
        return form.starts_at(chosen.store.zone)
    return None


def _read(
    chosen: Chosen, people: list[Agenda], asked: dt.datetime | None
) -> tuple[StartMasks, MomentRows, Layers]:
    """Once for the chain and the tester."""
    store, offer, member = chosen.store, chosen.offer, chosen.member
    day = period = day_period(store, chosen.day)
    if asked is not None:
        need = needed(offer, asked)
        period = Period(min(day.start, need.start), max(day.end, need.end))
    # Before the search, which then finds its masks known.
    opened = open_hours(store, people, day)
    query = StartQuery(offer=offer, store=store, now=chosen.now, staff_member=member)
    found, rows = masks_for(query), rows_around(query, period)
    layers = layers_of(found, rows, opened, member=member, period=day, day=chosen.day)
    return found, rows, layers


def _why(
    chosen: Chosen, found: StartMasks, rows: MomentRows, asked: dt.datetime | None
) -> dict[str, Any] | None:
    """Returns the answer for this person, and the nearest starts."""
    if asked is None:
        return None
    answer = answer_of(found, rows, starts_at=asked)
    nearest: list[Start] = []
    if not answer.is_bookable:
        anybody = replace(found.query, staff_member=None)
        nearest = masks_for(anybody).nearest(asked)
    names = queries.names_of(
        {pk for start in nearest for pk in start.staff_ids}, chosen.store
    )
    return {
        "answer": answer,
        "local": asked.astimezone(chosen.store.zone),
        "nearest": [(start, names.get(start.staff_ids[0], "")) for start in nearest],
    }
