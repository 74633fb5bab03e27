"""Absences that are asked for: somebody of the staff asks, who leads them answers.

A request takes no time from anybody. Approving it is writing the absence, with the
decisions that its visits need, in one transaction. The request is locked before the
agendas, so that of two answers, or an answer and a withdrawal, one is refused.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from booking.errors import (
    AbsenceEmpty,
    AskingRefused,
    OwnRequest,
    RequestAnswered,
    RequestOver,
    RequestWithdrawn,
)
from booking.rota.absences import add_absence
from booking.rota.conflicts import Decision
from booking.services import locking
from stores.models import (
    Absence,
    AbsenceRequest,
    Agenda,
    Membership,
    Posting,
    Role,
    StaffMember,
    User,
)

State = AbsenceRequest.State

BECOMES: Mapping[str, frozenset[str]] = {
    State.ASKED: frozenset({State.APPROVED, State.REFUSED, State.WITHDRAWN}),
    State.APPROVED: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""An approved absence is taken back by `remove_absence`, and asked for again as a new
one: an answer stays as it was given."""


def ask_absence(
    *,
    agenda: Agenda,
    zone: zoneinfo.ZoneInfo,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: Absence.Reason | str,
    note: str,
    now: dt.datetime,
) -> AbsenceRequest:
    """Asks for an absence from today on, by the clock of `zone`. Raises AskingRefused
    for what is past, asked for or known already, AbsenceEmpty for an odd length."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if ends_at <= now or starts_at < today:
        raise AskingRefused(AskingRefused.Why.PAST)
    too_far = starts_at > now + AbsenceEmpty.furthest
    if too_far or not dt.timedelta(0) < ends_at - starts_at <= AbsenceEmpty.longest:
        raise AbsenceEmpty
    with transaction.atomic():
        locking.lock_agendas([agenda.pk])
        here = Q(agenda=agenda, starts_at__lt=ends_at, ends_at__gt=starts_at)
        rows = AbsenceRequest.objects.for_brand(agenda.brand)
        if rows.filter(here, state=State.ASKED).exists():
            raise AskingRefused(AskingRefused.Why.ASKED)
        if Absence.objects.for_brand(agenda.brand).filter(here).exists():
            raise AskingRefused(AskingRefused.Why.AWAY)
        asked = AbsenceRequest.objects.create(
            brand=agenda.brand,
            agenda=agenda,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=Absence.Reason(reason),
            note=note,
            asked_at=now,
        )
        _tell(asked, now)
    return asked


def withdraw_request(*, asked: AbsenceRequest) -> None:
    """Takes it back; a second time changes nothing. Raises RequestAnswered."""
    with transaction.atomic():
        row = _locked(asked)
        if row.state != State.WITHDRAWN:
            _become(row, State.WITHDRAWN)
            row.save(update_fields=["state"])


def approve_request(
    *,
    asked: AbsenceRequest,
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
) -> Absence:
    """Writes the absence, or names the one that covers its time already. Raises as
    `add_absence` does, and RequestAnswered, RequestWithdrawn, RequestOver and
    OwnRequest."""
    with transaction.atomic():
        row = _answered(asked, State.APPROVED, user=user, now=now)
        absence = covering(row).first() or add_absence(
            agenda=row.agenda,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            reason=row.reason,
            user=user,
            now=now,
            decisions=decisions,
        )
        row.save(update_fields=["state", "answered_by", "answered_at"])
        _tell(row, now)
    return absence


def refuse_request(
    *, asked: AbsenceRequest, answer: str, user: User, now: dt.datetime
) -> None:
    """Says no, with a sentence for who asked. Raises as `approve_request` does."""
    with transaction.atomic():
        row = _answered(asked, State.REFUSED, user=user, now=now)
        row.answer = answer
        row.save(update_fields=["state", "answered_by", "answered_at", "answer"])
        _tell(row, now)


def note_seen(*, agenda: Agenda, shown: Iterable[int], now: dt.datetime) -> None:
    """Notes that the person who asked has read the answers that their page showed, by
    the ids of the requests."""
    answered = AbsenceRequest.objects.for_brand(agenda.brand).filter(
        agenda=agenda, state__in=AbsenceRequest.ANSWERED, seen_at__isnull=True
    )
    answered.filter(pk__in=list(shown)).update(seen_at=now)


def _tell(asked: AbsenceRequest, now: dt.datetime) -> None:
    """Has written, with the request or its answer, who is to be told of it: by the
    floor of messages, through the setting that names it."""
    tell: Callable[[AbsenceRequest, dt.datetime], None]
    tell = import_string(settings.TELLS_OF_ABSENCE)
    tell(asked, now)


def _locked(asked: AbsenceRequest) -> AbsenceRequest:
    rows = AbsenceRequest.objects.for_brand(asked.brand).select_for_update(of=("self",))
    return rows.select_related("brand", "agenda__brand").get(pk=asked.pk)


def _become(row: AbsenceRequest, state: AbsenceRequest.State) -> None:
    if state not in BECOMES[row.state]:
        withdrawn = row.state == State.WITHDRAWN
        raise RequestWithdrawn if withdrawn else RequestAnswered
    row.state = state


def _answered(
    asked: AbsenceRequest,
    state: AbsenceRequest.State,
    *,
    user: User,
    now: dt.datetime,
) -> AbsenceRequest:
    """The row under its lock, with the answer; to be saved by the caller."""
    row = _locked(asked)
    _become(row, state)
    if row.ends_at <= now:
        raise RequestOver
    if must_be_answered_by_another(row, user):
        raise OwnRequest
    row.answered_by, row.answered_at = user, now
    return row


def must_be_answered_by_another(asked: AbsenceRequest, user: User) -> bool:
    """True for one's own, while anybody else may answer. Somebody who leads alone
    answers their own: nobody would be left who could."""
    member = asked.agenda.staff_member
    if member is None or member.user_id != user.pk:
        return False
    return _who_lead(member).exclude(user=user).exists()


def _who_lead(member: StaffMember) -> QuerySet[Membership]:
    """Roles of living accounts that may answer somebody: of a store where they work,
    of its region, of the whole brand."""
    postings = Posting.objects.for_brand(member.brand).filter(staff_member=member)
    places = Q(role=Role.ADMIN) | Q(
        Q(store__in=postings.values("store"))
        | Q(region__in=postings.values("store__region")),
        role=Role.MANAGER,
    )
    rows = Membership.objects.for_brand(member.brand)
    return rows.filter(places, user__is_active=True)


def covering(asked: AbsenceRequest) -> QuerySet[Absence]:
    """Absences that hold the whole time of the request."""
    rows = Absence.objects.for_brand(asked.brand).filter(agenda=asked.agenda)
    return rows.filter(starts_at__lte=asked.starts_at, ends_at__gte=asked.ends_at)
