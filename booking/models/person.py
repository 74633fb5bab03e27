"""One person behind several stories, and the proofs that say so."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from booking.models.customer import Customer
from stores.models import Brand, User
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class Person(models.Model):
    """Stories (`Customer`) that proofs join, directly or one through another.

    It has no name and no address. It is made of its proofs (`PersonJoin`) by
    `booking.persons.settling` and nowhere else: at least two stories, or it goes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="persons")
    size = models.PositiveIntegerField(
        default=0, db_default=0,
        help_text="How many stories it had when it was last made of its proofs.",
    )  # fmt: skip
    created_at = models.DateTimeField()

    objects = BrandQuerySet["Person"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="person_brand"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PersonJoin(models.Model):
    """A proof that two stories are one person's: by what, since when, said by whom.

    Append-only: the database takes no other change than that a decision of the staff
    is taken back, once. `one` is the smaller id, so that each pair has one spelling.
    Neither story keeps it once it is erased.
    """

    class Proof(models.TextChoices):
        BROWSER = "browser"
        EMAIL = "email"
        PHONE = "phone"
        STAFF = "staff"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="person_joins")
    one = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    proof = models.CharField(max_length=8, choices=Proof)
    said_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["PersonJoin"].as_manager()

    retention = Retention(
        tuple(
            Erasure(
                f"{story}__erase_after",
                goes=True,
                waits_for=f"{story}__appointments__erase_after",
            )
            for story in ("one", "other")
        )
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other", "proof"],
                condition=Q(undone_at__isnull=True),
                name="personjoin_once",
            ),
            models.CheckConstraint(
                condition=Q(one__lt=F("other")), name="personjoin_of_two"
            ),
            models.CheckConstraint(
                condition=Q(proof__in=["browser", "email", "phone", "staff"]),
                name="personjoin_proof",
            ),
            models.CheckConstraint(
                condition=Q(proof="staff")
                | Q(
                    said_by__isnull=True,
                    undone_by__isnull=True,
                    undone_at__isnull=True,
                ),
                name="personjoin_undone_by_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proof} {self.one_id} {self.other_id}"
