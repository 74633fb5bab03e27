"""The customer's word on a visit, and the talk that a bad one earns."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from booking.models.appointment import Appointment
from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention

WORST, BEST = 1, 5
MIDDLING = 3
"""Up to this score one is asked for the reason."""
STILL_BAD = 2
"""Up to this score somebody of the store owes the customer a talk."""


class VisitRating(models.Model):
    """One for each visit, each part by itself: a score, whether all is settled, a few
    words, the reason of a middling one or worse. The last tap counts.

    `way` is how the customer wants to be talked to after a bad one. The promise of kind
    `recovery` says by whom and until when. `tries` are calls that nobody took;
    `outcome` is how staff ended it, which nothing opens again.
    """

    class Place(models.TextChoices):
        PAGE = "page"
        ROOM = "room"
        MAIL = "mail"

    class Way(models.TextChoices):
        CALL = "call"
        WRITE = "write"
        NONE = "none"

    class Reason(models.TextChoices):
        WAIT = "wait"
        ANSWER = "answer"
        LINE = "line"
        WELCOME = "welcome"

    class Outcome(models.TextChoices):
        REACHED = "reached"
        SETTLED = "settled"

    LONGEST = 280

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="ratings")
    appointment = models.OneToOneField(
        Appointment, models.CASCADE, related_name="rating"
    )
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    resolved = models.BooleanField(null=True, blank=True)
    words = models.CharField(max_length=LONGEST, default="", blank=True)
    reason = models.CharField(max_length=7, choices=Reason, default="", blank=True)
    place = models.CharField(max_length=4, choices=Place, default=Place.PAGE)
    rated_at = models.DateTimeField()
    way = models.CharField(max_length=5, choices=Way, default=Way.CALL)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default="", blank=True)

    objects = BrandQuerySet["VisitRating"].as_manager()

    retention = Retention(
        (Erasure("appointment__question_erase_after", clears={"words": ""}),),
        tells=("score", "resolved", "words", "reason", "rated_at"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=WORST, score__lte=BEST),
                name="visitrating_score",
            ),
            models.CheckConstraint(
                condition=Q(place__in=["page", "room", "mail"]),
                name="visitrating_place",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", "wait", "answer", "line", "welcome"]),
                name="visitrating_reason",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["call", "write", "none"]), name="visitrating_way"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "reached", "settled"]),
                name="visitrating_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.score or '–'}"

    @property
    def is_middling(self) -> bool:
        """It could have been better, or is bad."""
        return self._is_down_to(MIDDLING)

    @property
    def is_bad(self) -> bool:
        """A low score, or something that is not settled."""
        return self._is_down_to(STILL_BAD)

    def _is_down_to(self, most: int) -> bool:
        low = self.score is not None and self.score <= most
        return low or self.resolved is False
