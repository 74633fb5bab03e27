"""Appointments affected by a change, as a form asks about them: one group of choices
each.

The groups stand in the form of the change itself, so that sending it again sends the
change and its decisions together.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.desk.queries import names_of
from booking.errors import BookingError
from booking.models import Appointment
from booking.rota.conflicts import (
    AppointmentsAffected,
    Conflict,
    Decision,
    DecisionKind,
)
from booking.shown import Shown, shown_in
from booking.wording import channel_name
from stores import wording

PREFIX = "decision-"
SHOWN = "shown-"


@dataclass(frozen=True)
class Option:
    code: str
    words: str
    checked: bool


@dataclass(frozen=True)
class DecisionGroup:
    """One visit and what may become of it; `refusal` says why the last wish failed."""

    visit: Appointment
    field: str
    options: tuple[Option, ...]
    refusal: BookingError | None

    @property
    def chosen(self) -> DecisionKind | None:
        """The kind of what is chosen; None where nothing is yet."""
        codes = [option.code for option in self.options if option.checked]
        return DecisionKind(codes[0].partition(":")[0]) if codes else None


def decisions_in(request: HttpRequest) -> list[Decision]:
    """Reads the decisions; a value that our forms never send counts as undecided."""
    decisions = []
    for name, code in request.POST.items():
        if name.startswith(PREFIX):
            try:
                appointment = uuid.UUID(name.removeprefix(PREFIX))
                decision = Decision.from_code(appointment, str(code))
                decisions.append(replace(decision, shown=_shown(request, appointment)))
            except ValueError:
                continue
    return decisions


def _shown(request: HttpRequest, appointment: uuid.UUID) -> Shown | None:
    version = request.POST.get(f"{SHOWN}{appointment}")
    return None if version is None else shown_in({"version": version})


def questions_of(
    request: HttpRequest, refusal: AppointmentsAffected
) -> list[DecisionGroup]:
    """In order of time; what was chosen before stays chosen, unless it was refused.
    Else chosen is what is proposed."""
    conflicts = refusal.conflicts
    ids = {pk for conflict in conflicts for pk in conflict.colleagues}
    ids |= {
        pk
        for conflict in conflicts
        for start in conflict.times
        for pk in start.staff_ids
    }
    ids |= {
        c.proposal.staff_id for c in conflicts if c.proposal and c.proposal.staff_id
    }
    names = names_of(ids, conflicts[0].appointment.store)
    return [
        _question(
            request, conflict, names, refusal.refusals.get(conflict.appointment.pk)
        )
        for conflict in conflicts
    ]


def summary_of(groups: Sequence[DecisionGroup]) -> str:
    """The numbers of visits by what is chosen for them, the gentlest first."""
    counts = Counter(group.chosen for group in groups)
    words = [
        (DecisionKind.REASSIGN, _("%(count)s at the same time")),
        (DecisionKind.MOVE, _("%(count)s at another time")),
        (DecisionKind.CHANGE_CHANNEL, _("%(count)s by another way")),
        (DecisionKind.KEEP, _("%(count)s as it is")),
        (DecisionKind.CANCEL, _("%(count)s cancelled")),
        (None, _("%(count)s to decide")),
    ]
    said = [text % {"count": counts[kind]} for kind, text in words if counts[kind]]
    return ", ".join(said)


def _question(
    request: HttpRequest,
    conflict: Conflict,
    names: Mapping[int, str],
    refused: BookingError | None,
) -> DecisionGroup:
    field = f"{PREFIX}{conflict.appointment.pk}"
    proposed = conflict.proposal.code if conflict.proposal else ""
    chosen = proposed if refused else request.POST.get(field, proposed)
    said: dict[str, Option] = {}
    for one in conflict.decisions:
        option = Option(one.code, _words(one, conflict, names), one.code == chosen)
        # The hour of the plan is often among the free ones, too.
        if option.words not in said or option.checked:
            said[option.words] = option
    options = tuple(said.values())
    return DecisionGroup(conflict.appointment, field, options, refused)


def _words(decision: Decision, conflict: Conflict, names: Mapping[int, str]) -> str:
    appointment = conflict.appointment
    if decision.kind == DecisionKind.REASSIGN:
        name = names.get(decision.staff_id or 0, "")
        return _("With %(name)s, at the same time") % {"name": name}
    if decision.kind == DecisionKind.CHANGE_CHANNEL:
        channel = channel_name(decision.channel, appointment.store)
        if decision.staff_id is None:
            return _("%(channel)s, at the same time") % {"channel": channel}
        facts = {"channel": channel, "name": names.get(decision.staff_id, "")}
        return _("%(channel)s with %(name)s, at the same time") % facts
    if decision.kind == DecisionKind.MOVE and decision.starts_at:
        return _moved_words(decision.starts_at, decision.staff_id, conflict, names)
    if decision.kind == DecisionKind.KEEP:
        return _("Keep it as it is")
    return _("Cancel it")


def _moved_words(
    starts_at: dt.datetime,
    staff: int | None,
    conflict: Conflict,
    names: Mapping[int, str],
) -> str:
    """Words of the move. Unnamed, the same person is asked first, as moving does."""
    appointment = conflict.appointment
    if staff is None:
        start = next(s for s in conflict.times if s.starts_at == starts_at)
        own = appointment.staff_member_id
        staff = own if own in start.staff_ids else start.staff_ids[0]
    when = wording.short_day_and_hour(starts_at.astimezone(appointment.zone))
    return _("%(when)s, with %(name)s") % {"when": when, "name": names.get(staff, "")}
