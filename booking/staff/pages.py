"""The board of the day and the list of callbacks: GET only."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from booking import queries
from booking.access import appointment_for_staff
from booking.after.rating import rating_of
from booking.after.recovery import recoveries_of_store, recovery_of
from booking.after.summary import summary_of
from booking.brought.photos import Owner
from booking.door import for_staff, page_context, store_in_view
from booking.instants import window_of
from booking.models import Appointment, EventKind
from booking.persons.queries import others_of
from booking.queries import agenda_id
from booking.services.answers import asked_of_store
from booking.services.cancelling import can_reopen
from booking.shown import stamp_of
from booking.spoken.showing import spoken_for
from booking.staff.board import Board, board_of, local_days
from booking.staff.cards import by_promise, card_of
from booking.staff.forms import DELAYS
from booking.staff.queries import unread_answers
from booking.states import Outcome, Status
from booking.thread.reading import facts_for_staff, questions_of_store
from stores.accounts.levels import enough
from stores.accounts.workplace import Workplace
from stores.models import Level, Store

OUTCOMES = [Outcome.SOLD, Outcome.ADVISED, Outcome.FOLLOW_UP, Outcome.TECHNICAL]
"""As the chips stand on the page."""

# The board and the partial that replaces its lanes are one template and one context:
# what is polled cannot differ from what was loaded.


@enough(Level.PIN)
@require_GET
@for_staff
def board(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    member = workplace.staff_member
    answers = unread_answers(member, timezone.now()) if member else []
    context = {**_lanes(request, workplace), "answers": answers}
    return render(request, "booking/staff/board.html", context)


@enough(Level.PIN)
@require_GET
@for_staff
def board_lanes(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """The lanes alone, polled; 304 without rendering while nothing has changed."""
    context = _lanes(request, workplace)
    etag = quote_etag(str(context["etag"]))
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = render(request, "booking/staff/_lanes.html", context)
    response["ETag"] = etag
    return response


def _lanes(request: HttpRequest, workplace: Workplace) -> dict[str, object]:
    store = store_in_view(request, workplace)
    only_mine = shows_only_mine(request, workplace)
    found = _board(store, workplace, only_mine=only_mine)
    undoable = queries.cancelled_just_now(store, found.now)
    beside: list[object] = [appointment.pk for appointment in undoable]
    query = request.GET.urlencode()
    recoveries = recoveries_of_store(
        store=store, staff_member=workplace.staff_member, now=found.now
    )
    questions = questions_of_store(
        store=store, staff_member=workplace.staff_member, now=found.now
    )
    beside += [recovery.key for recovery in recoveries]
    beside += [question.key for question in questions]
    return {
        **page_context(request, workplace, store, "board"),
        "here": f"{reverse('booking:board')}{'?' if query else ''}{query}",
        "only_mine": only_mine,
        "board": found,
        "etag": found.etag(workplace.membership.pk, only_mine, get_language(), beside),
        "outcomes": OUTCOMES,
        "delays": DELAYS,
        "undoable": undoable,
        "recoveries": recoveries,
        "questions": questions,
    }


def shows_only_mine(request: HttpRequest, workplace: Workplace) -> bool:
    """An adviser begins with their own visits; `?who=store` shows everybody's."""
    if workplace.staff_member is None:
        return False
    mine_first = not workplace.sees_whole_store
    return request.GET.get("who", "me" if mine_first else "store") == "me"


def _board(store: Store, workplace: Workplace, *, only_mine: bool) -> Board:
    now = timezone.now()
    window = window_of(store, now)
    days = local_days(store, window)
    team = queries.staff_of_store(store, days)
    viewer = workplace.staff_member
    return board_of(
        store=store,
        now=now,
        appointments=[
            *asked_of_store(store=store, staff_member=viewer),
            *queries.visits_of_store(store=store, staff_member=viewer, window=window),
        ],
        team=team,
        hours=queries.agenda_hours_of(
            [agenda_id(member) for member in team],
            store=store,
            days=days,
            window=window,
        ),
        viewer=viewer,
        only_mine=only_mine,
    )


@require_GET
@for_staff
def callbacks(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    now = timezone.now()
    only_mine = shows_only_mine(request, workplace)
    viewer = workplace.staff_member
    rows = queries.callbacks_due(
        store=store,
        staff_member=viewer if only_mine else None,
        until=window_of(store, now).end,
    )
    spoken = spoken_for(workplace, rows, now=now)
    cards = by_promise(
        replace(card_of(visit, now, viewer), spoken=spoken.get(visit.pk))
        for visit in rows
    )
    context = {
        **page_context(request, workplace, store, "callbacks"),
        "only_mine": only_mine,
        "cards": cards,
        "now": now,
        "outcomes": OUTCOMES,
    }
    return render(request, "booking/staff/callbacks.html", context)


@require_GET
@for_staff
def appointment(
    request: HttpRequest, workplace: Workplace, appointment_id: uuid.UUID
) -> HttpResponse:
    return appointment_page(request, workplace, appointment_id)


def appointment_page(
    request: HttpRequest,
    workplace: Workplace,
    appointment_id: uuid.UUID,
    *,
    refused: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    **forms: object,
) -> HttpResponse:
    """`forms` are those that were refused, with what was typed into them."""
    appointment = appointment_for_staff(workplace, appointment_id)
    context = {
        **page_context(request, workplace, appointment.store, "appointment"),
        **_facts(appointment, workplace, timezone.now()),
        "here": reverse("booking:staff_appointment", args=[appointment.pk]),
        "refused": refused,
        **forms,
    }
    return render(request, "booking/staff/appointment.html", context, status=status)


def _facts(
    appointment: Appointment, workplace: Workplace, now: dt.datetime
) -> dict[str, object]:
    calls = queries.calls_of(appointment)
    history = queries.history_of(appointment)
    appointment.tries = sum(  # type: ignore[attr-defined]  # as the lists annotate it
        event.kind == EventKind.CALL_TRIED and event.sequence == appointment.sequence
        for event in history
    )
    undoable = [
        v
        for v in queries.cancelled_just_now(appointment.store, now)
        if v == appointment
    ]
    return {
        "visit": appointment,
        "card": replace(
            card_of(appointment, now, workplace.staff_member),
            spoken=spoken_for(workplace, [appointment], now=now).get(appointment.pk),
        ),
        "answers": queries.answers_of(appointment),
        "photos": Owner.of(appointment).photos(),
        "product_stamp": stamp_of(appointment.product),
        "history": history,
        "calls": calls,
        "others": others_of(workplace, appointment),
        "outcomes": OUTCOMES,
        "delays": DELAYS,
        "is_due": appointment.is_late(now),
        "undoable": undoable,
        "can_reopen": not undoable and can_reopen(appointment, now),
        **facts_for_staff(appointment, now),
        **(_after(appointment) if appointment.status == Status.DONE else {}),
    }


def _after(appointment: Appointment) -> dict[str, object]:
    return {
        "rating": rating_of(appointment),
        "recovery": recovery_of(appointment),
        "summary": summary_of(appointment),
    }
