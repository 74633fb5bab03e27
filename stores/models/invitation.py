"""The way of somebody of the staff to an account of their own."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q

from stores.models.brand import Brand, BrandQuerySet
from stores.models.staff import StaffMember
from stores.models.user import User
from stores.retention import Erasure, Retention


class Invitation(models.Model):
    """The address and the roles that become a person's own when they come in.

    One row a person. The link's token is derived from id and `generation`, and never
    stored: an invitation that is made again ends the earlier one. `roles` are those of
    `stores.editing.roles`; they are read within the brand again when they are given.
    """

    class State(models.TextChoices):
        """Never sent, open, over by time, taken back, used."""

        PREPARED = "prepared"
        OPEN = "open"
        EXPIRED = "expired"
        REVOKED = "revoked"
        ACCEPTED = "accepted"

    class Mail(models.TextChoices):
        """By mail: what became of the last one. Empty: none was asked for."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="invitations")
    staff_member = models.OneToOneField(
        StaffMember, models.CASCADE, related_name="invitation"
    )
    email = models.EmailField(max_length=254, default="", blank=True)
    language = models.CharField(max_length=5, default="fr")
    roles = models.JSONField(default=list, blank=True)
    key_id = models.CharField(max_length=20, default="", blank=True)
    generation = models.PositiveIntegerField(default=0)
    token_hash = models.CharField(max_length=64, default="", blank=True)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    mail = models.CharField(max_length=8, choices=Mail, default="", blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["Invitation"].as_manager()

    retention = Retention(
        (Erasure("staff_member__erase_after", clears={"email": "", "token_hash": ""}),),
        keeps=("language", "roles", "key_id"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "email"],
                condition=~Q(email=""),
                name="invitation_once_per_address",
            ),
            models.UniqueConstraint(
                fields=["token_hash"],
                condition=~Q(token_hash=""),
                name="invitation_token_once",
            ),
            models.CheckConstraint(
                condition=Q(token_hash="") | Q(expires_at__isnull=False),
                name="invitation_runs_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_member_id} ({self.generation})"

    def state(self, now: dt.datetime) -> State:
        if self.accepted_at is not None:
            return self.State.ACCEPTED
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.expires_at is None:
            return self.State.PREPARED
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED
