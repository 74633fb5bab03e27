"""Promises to a customer, and whether they were kept."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q

from booking.models.appointment import Appointment
from booking.models.querysets import PromiseQuerySet
from stores.models import Brand, StaffMember

SHORTEST_NOTICE = dt.timedelta(minutes=5)
"""Nobody is blamed for having been silent for less."""

LONGEST_REST = dt.timedelta(days=1)

CALL_WITHIN = dt.timedelta(minutes=15)
"""We call within this time from the hour that was told."""


class Promise(models.Model):
    """`owner` owes something to the customer of `appointment` until `due_at`.

    `told_at` is when the customer learned of it. Kept, it has `kept_at`; the clock
    (`booking.promises.clock`) writes `broken_at` once the time is over. A broken one
    may still be kept, late. At most one of a kind runs for an appointment; the latest
    is the one that counts.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer"
        CALL = "call"
        RECOVERY = "recovery"
        THREAD = "thread"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="promises")
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="promises"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    owner = models.ForeignKey(StaffMember, models.PROTECT, related_name="promises")
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)

    objects = PromiseQuerySet["Promise"].as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(kept_at__isnull=True, broken_at__isnull=True),
                name="promise_running",
            ),
            # The board asks for them every ten seconds.
            models.Index(
                fields=["due_at"],
                condition=Q(kind="recovery", kept_at__isnull=True),
                name="promise_recovery",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(kind="thread", kept_at__isnull=True),
                name="promise_thread",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "kind"],
                condition=Q(kept_at__isnull=True, broken_at__isnull=True),
                name="promise_runs_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["answer", "call", "recovery", "thread"]),
                name="promise_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.appointment_id}"

    @property
    def half_at(self) -> dt.datetime:
        return self.told_at + (self.due_at - self.told_at) / 2

    def is_owed(self, appointment: Appointment) -> bool:
        """True of a call that is still to be made. What became of its visit, another
        hour or an end, is known by the visit."""
        due_at = appointment.starts_at + CALL_WITHIN
        stands = appointment.is_open_call and due_at == self.due_at
        return self.kind == self.Kind.CALL and self.kept_at is None and stands

    @classmethod
    def of_call(cls, appointment: Appointment, *, now: dt.datetime) -> Self:
        """A call within minutes from the start of what is a callback now. Not
        stored."""
        return cls(
            brand_id=appointment.brand_id,
            appointment=appointment,
            kind=cls.Kind.CALL,
            owner_id=appointment.staff_member_id,
            told_at=now,
            due_at=appointment.starts_at + CALL_WITHIN,
        )

    @classmethod
    def of_answer(cls, appointment: Appointment, *, now: dt.datetime) -> Self:
        """The store's yes or no, by half of the time until the visit. Not stored."""
        due_at = answer_due(now, appointment.starts_at)
        return cls.made(cls.Kind.ANSWER, appointment, due_at=due_at, now=now)

    @classmethod
    def made(
        cls,
        kind: Kind,
        appointment: Appointment,
        *,
        due_at: dt.datetime,
        now: dt.datetime,
    ) -> Self:
        """Owed by the adviser and told now. Not stored."""
        return cls(
            brand_id=appointment.brand_id,
            appointment=appointment,
            kind=kind,
            owner_id=appointment.staff_member_id,
            told_at=now,
            due_at=due_at,
        )


def answer_due(asked_at: dt.datetime, starts_at: dt.datetime) -> dt.datetime:
    """Half of the time between the two, and never after the last moment."""
    half = asked_at + max((starts_at - asked_at) / 2, SHORTEST_NOTICE)
    return min(half, last_moment(asked_at, starts_at))


def last_moment(asked_at: dt.datetime, starts_at: dt.datetime) -> dt.datetime:
    """The instant at which the customer is told that no answer came. A quarter of the
    time is left to them for other plans, at most a day."""
    rest = max(starts_at - asked_at, dt.timedelta(0)) / 4
    return starts_at - min(rest, LONGEST_REST)
