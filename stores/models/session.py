"""Sessions of browsers, and the second factor that somebody has lost."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from stores.models.brand import Brand, BrandQuerySet
from stores.models.sign_in import Level
from stores.models.user import User
from stores.retention import Erasure, Retention


class BrowserSession(AbstractBaseSession):
    """A session as its owner sees it: whose, since when, in which browser.

    Written by `stores.accounts.session_store`; a deleted row ends the session at its
    next request.
    """

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="browser_sessions"
    )
    level = models.CharField(max_length=6, choices=Level, default="", blank=True)
    device = models.CharField(
        max_length=40, default="", blank=True, help_text="Browser and system."
    )
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="Known to some minutes.")
    idle_until = models.DateTimeField(
        null=True, help_text="It ends then unless it is used before."
    )

    retention = Retention(
        (Erasure("expire_date", goes=True), Erasure("idle_until", goes=True)),
        keeps=("session_key", "session_data", "device"),
    )


REMOVAL_LASTS = dt.timedelta(days=2)


class FactorRemoval(models.Model):
    """Somebody's second factor is lost: one admin asks to take it away, another does.

    It stays as the record of who did it; the person signs in by password until they
    have set up another factor.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="factor_removals")
    user = models.ForeignKey(User, models.CASCADE, related_name="factor_removals")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["FactorRemoval"].as_manager()

    retention = Retention()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "user"],
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True),
                name="factorremoval_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("asked_by")) & ~Q(asked_by=F("user")),
                name="factorremoval_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} ({self.asked_at:%Y-%m-%d})"

    def is_over(self, now: dt.datetime) -> bool:
        return self.asked_at + REMOVAL_LASTS <= now
