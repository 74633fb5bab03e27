"""The topics a person advises on, and the channels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from booking.availability import occupied, opening
from booking.errors import CompetenceRefused
from booking.models import Appointment, Hold
from booking.services import locking
from booking.shown import AsShown
from booking.states import LIVE
from stores.models import Agenda, Channel, Competence, StaffMember, Topic


@dataclass(frozen=True, kw_only=True)
class CompetenceTerm:
    """The person advises on the topic by these channels; none named: by all."""

    topic: Topic
    channels: tuple[str, ...] = ()


def set_competences(
    *,
    staff_member: StaffMember,
    competences: Sequence[CompetenceTerm],
    now: dt.datetime,
    as_shown: AsShown | None = None,
) -> list[Appointment]:
    """Replaces what the person advises on; answers the visits ahead that the new set
    no longer covers. They stay with the person: somebody promised them. Times that
    are only held by the old set are given up.

    The agenda's version rises under its lock, so a hold that was chosen by the old
    set asks again. Raises CompetenceRefused for a topic named twice or another
    brand's, and for an unknown channel; StaleVersion.
    """
    _check(staff_member, competences)
    brand = staff_member.brand
    agenda = Agenda.objects.for_brand(brand).get(staff_member=staff_member)
    with transaction.atomic():
        locked = locking.lock_agendas([agenda.pk])
        if as_shown is not None:
            rows = Competence.objects.for_brand(brand)
            as_shown.check(list(rows.filter(staff_member=staff_member)))
        write_competences(staff_member, competences)
        held = Hold.objects.for_brand(brand).filter(
            staff_member=staff_member, purpose=Hold.Purpose.BOOKING
        )
        locking.delete_holds([row.pk for row in held if not covers(competences, row)])
        locking.raise_versions(locked)
        opening.forget(locked)
        occupied.forget(locked)
    return _uncovered(staff_member, competences, now)


def _check(staff_member: StaffMember, competences: Sequence[CompetenceTerm]) -> None:
    if len({term.topic.pk for term in competences}) < len(competences):
        raise CompetenceRefused("A topic is named once.", "topic")
    for term in competences:
        if term.topic.brand_id != staff_member.brand_id:
            raise CompetenceRefused("The topic is another brand's.", "topic")
        if not set(term.channels) <= set(Channel.values):
            raise CompetenceRefused("There is no such channel.", "channels")


def write_competences(
    staff_member: StaffMember, competences: Sequence[CompetenceTerm]
) -> None:
    """Writes the rows alone, within a change that asks about the visits. Those that
    stay keep their id and weight."""
    brand = staff_member.brand
    mine = Competence.objects.for_brand(brand).filter(staff_member=staff_member)
    known = {row.topic_id: row for row in mine}
    wanted = {term.topic.pk: sorted(set(term.channels)) for term in competences}
    mine.exclude(topic__in=wanted).delete()
    for topic_id, channels in wanted.items():
        row = known.get(topic_id)
        if row is None:
            Competence.objects.create(
                brand=brand,
                staff_member=staff_member,
                topic_id=topic_id,
                channels=channels,
            )
        elif row.channels != channels:
            row.channels = channels
            row.save(update_fields=["channels"])


def _uncovered(
    staff_member: StaffMember, competences: Sequence[CompetenceTerm], now: dt.datetime
) -> list[Appointment]:
    appointments = Appointment.objects.for_brand(staff_member.brand).filter(
        staff_member=staff_member, status__in=LIVE, ends_at__gt=now
    )
    return [
        appointment
        for appointment in appointments.with_people().order_by("starts_at", "pk")
        if not covers(competences, appointment)
    ]


def covers(competences: Sequence[CompetenceTerm], of: Appointment | Hold) -> bool:
    """True if the set holds the topic by the channel."""
    return any(
        term.topic.pk == of.topic_id
        and (not term.channels or of.channel in term.channels)
        for term in competences
    )
