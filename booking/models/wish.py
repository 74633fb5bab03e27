"""Wishes for an earlier hour, the hours that were given back, and who was told."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from booking.models.appointment import Appointment
from stores.models import Brand, StaffMember, Store
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention
from stores.statements import ask

MOST_OFFERS = 3
"""In all; and one a day."""


_NOTE = """
INSERT INTO booking_freedhour AS hour (brand_id, store_id, staff_member_id, starts_at,
       left_by_id, depth, turn, next_at)
SELECT visit.brand_id, visit.store_id, visit.staff_member_id, visit.starts_at,
       visit.id, 1, 1, %s
  FROM booking_appointment visit WHERE visit.id = %s AND EXISTS (
     SELECT FROM booking_wish wish
      WHERE wish.store_id = visit.store_id AND wish.ended_at IS NULL)
    ON CONFLICT (store_id, staff_member_id, starts_at) DO UPDATE
   SET next_at = EXCLUDED.next_at, left_by_id = EXCLUDED.left_by_id, depth = 1,
       known_since = NULL, closed_at = NULL, turn = hour.turn + 1
RETURNING id
"""
_AT_ONCE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Wish(models.Model):
    """A customer would come earlier than their appointment says.

    `days` are weekdays (Monday is 0) and `parts` those of the day, on the store's
    clock; `staff_member` is the only person wanted, empty for anybody. `made_at` is its
    place in the line, which a change or a "no" does not cost. Over at `ended_at`.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="wishes")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="wishes")
    store = models.ForeignKey(Store, models.PROTECT, related_name="wishes")
    staff_member = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="wishes"
    )
    days = ArrayField(models.PositiveSmallIntegerField())
    parts = ArrayField(models.CharField(max_length=9))
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    offers_made = models.PositiveSmallIntegerField(default=0)
    last_told_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["Wish"].as_manager()

    retention = Retention(
        (Erasure("appointment__erase_after", goes=True),), keeps=("days", "parts")
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["store", "made_at"],
                condition=Q(ended_at__isnull=True),
                name="wish_in_line",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="wish_brand"),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(ended_at__isnull=True),
                name="wish_runs_once",
            ),
            models.CheckConstraint(
                condition=Q(offers_made__lte=MOST_OFFERS), name="wish_most_offers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.made_at}"

    @property
    def may_tell(self) -> bool:
        """True while an offer is left."""
        return self.ended_at is None and self.offers_made < MOST_OFFERS

    def may_be_told(self, now: dt.datetime) -> bool:
        """True while another hour may be offered: three in all, one a local day."""
        if not self.may_tell:
            return False
        zone = self.store.zone
        last = self.last_told_at
        return (
            last is None or last.astimezone(zone).date() < now.astimezone(zone).date()
        )


class FreedHour(models.Model):
    """An hour of somebody's that was given back and is offered to those who wished.

    One row for each start, however often it is freed. `depth` counts the links of a
    chain: who takes an hour leaves one. `left_by` is whose visit it was. A hold that
    ran out frees it for who wished after `known_since`: before, it could be seen free.
    It is looked at again at `next_at`, until it is closed. `turn` rises with each
    writing: who looked at an earlier one writes nothing.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="freed_hours")
    store = models.ForeignKey(Store, models.PROTECT, related_name="freed_hours")
    staff_member = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="freed_hours"
    )
    left_by = models.ForeignKey(
        Appointment, models.CASCADE, null=True, blank=True, related_name="freed_hours"
    )
    starts_at = models.DateTimeField()
    depth = models.PositiveSmallIntegerField(default=1)
    known_since = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    turn = models.PositiveIntegerField(default=1)

    objects = BrandQuerySet["FreedHour"].as_manager()

    retention = Retention((Erasure("starts_at", age=dt.timedelta(days=30), goes=True),))

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(closed_at__isnull=True),
                name="freedhour_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="freedhour_brand"),
            models.UniqueConstraint(
                fields=["store", "staff_member", "starts_at"], name="freedhour_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_member_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @staticmethod
    def note(appointment: Appointment, *, at: dt.datetime = _AT_ONCE) -> None:
        """Notes the hour that stands in the visit's row, to be offered from `at` on.
        Nothing where nobody wished for one. In the caller's transaction, under the
        locks of the agendas."""
        ask(_NOTE, [at, appointment.pk])


class WishOffer(models.Model):
    """Somebody who wished was told of a freed hour, and answered or not.

    Until `ends_at` it is held for them, or, where `is_shared`, for nobody: the first
    gets it. Nobody is told twice of the same hour.
    """

    class Answer(models.TextChoices):
        TAKEN = "taken"
        DECLINED = "declined"
        LAPSED = "lapsed"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="wish_offers")
    wish = models.ForeignKey(Wish, models.CASCADE, related_name="offers")
    freed = models.ForeignKey(FreedHour, models.CASCADE, related_name="offers")
    is_shared = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["WishOffer"].as_manager()

    retention = Retention((Erasure("wish__appointment__erase_after", goes=True),))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wish", "freed"], name="wishoffer_told_once"
            ),
            models.UniqueConstraint(
                fields=["wish"], condition=Q(answer=""), name="wishoffer_one_of_wish"
            ),
            models.UniqueConstraint(
                fields=["freed"],
                condition=Q(answer="", is_shared=False),
                name="wishoffer_one_of_hour",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("told_at")), name="wishoffer_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", "taken", "declined", "lapsed"]),
                name="wishoffer_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.freed_id}"

    def is_open(self, now: dt.datetime) -> bool:
        return not self.answer and now < self.ends_at
