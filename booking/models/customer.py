"""The person who books: a name and one way to be reached, until erased."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from stores.models import Brand
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class Customer(models.Model):
    """No account and no password: what one visit needs, kept until `erase_after`.

    `phone` is E.164. A row belongs to one appointment's story and is never shown with
    another by its address: a shared family phone must not reveal visits. Matched it is
    once, while booking: does this address have another visit at that very time?
    Stories that a proof joins are one `person`'s, which only the staff see.

    Of each address two facts are kept: since when messages come back from it, and
    when somebody first answered from it. An address that changes begins without both.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="customers")
    name = models.CharField(max_length=80)
    email = models.EmailField(max_length=254, default="", blank=True)
    phone = models.CharField(max_length=20, default="", blank=True)
    email_failed_at = models.DateTimeField(null=True, blank=True)
    email_answered_at = models.DateTimeField(null=True, blank=True)
    phone_failed_at = models.DateTimeField(null=True, blank=True)
    phone_answered_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=5, default="fr")
    person = models.ForeignKey(
        "booking.Person", models.SET_NULL, null=True, blank=True, db_index=False,
        related_name="stories",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    erase_after = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["Customer"].as_manager()

    retention = Retention(
        (
            Erasure(
                "erase_after",
                clears={
                    "name": "",
                    "email": "",
                    "phone": "",
                    "email_failed_at": None,
                    "email_answered_at": None,
                    "phone_failed_at": None,
                    "phone_answered_at": None,
                    "person": None,
                },
                marks="erased_at",
                # The visit may have been moved to a later day.
                waits_for="appointments__erase_after",
            ),
        ),
        keeps=("language",),
        tells=("name", "email", "phone", "language", "created_at"),
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["erase_after"],
                condition=Q(erased_at__isnull=True),
                name="customer_to_erase",
            ),
            models.Index("brand", Upper("email"), name="customer_email"),
            # Most have none, so an index of all would say that each number has many.
            models.Index(
                fields=["brand", "phone"],
                condition=~Q(phone=""),
                name="customer_phone_given",
            ),
            models.Index(
                fields=["person"],
                condition=Q(person__isnull=False),
                name="customer_of_person",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="customer_brand"),
            models.CheckConstraint(
                condition=~Q(email="", phone="") | Q(erased_at__isnull=False),
                name="customer_reachable",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def is_unreachable(self) -> bool:
        """True if every address that was given takes no messages: staff must ask."""
        works = (self.email and not self.email_failed_at) or (
            self.phone and not self.phone_failed_at
        )
        return not works

    @property
    def email_unverified(self) -> bool:
        return bool(self.email) and not self.email_answered_at

    @property
    def phone_unverified(self) -> bool:
        return bool(self.phone) and not self.phone_answered_at
