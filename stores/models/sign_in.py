"""Signing in of staff: what a brand asks, and the levels of sessions."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.db import models
from django.db.models import Q


class Level(models.TextChoices):
    """The proof behind a session: an enrolled device alone, a person of its store by
    their code, or a person by all that their brand asks for."""

    DEVICE = "device"
    PIN = "pin"
    FULL = "full"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class WhoNeedsFactor(models.TextChoices):
    """The people of a brand who have to show a second factor."""

    NOBODY = "nobody"
    ADMINS = "admins"
    MANAGERS = "managers", "Admins and managers"
    ALL = "all"


SESSION_LIMITS = (
    models.CheckConstraint(
        condition=Q(session_hours__gte=1, session_hours__lte=24),
        name="brand_session_hours_range",
    ),
    models.CheckConstraint(
        condition=Q(session_idle_minutes__gte=5, session_idle_minutes__lte=1440),
        name="brand_session_idle_minutes_range",
    ),
)


class SignInRules(models.Model):
    """A brand's columns about signing in."""

    second_factor = models.CharField(
        max_length=10,
        choices=WhoNeedsFactor,
        default=WhoNeedsFactor.NOBODY,
        db_default=WhoNeedsFactor.NOBODY,
        help_text="Who must show a second factor.",
    )
    second_factor_from = models.DateField(
        null=True, blank=True, help_text="Until that day without one; empty: at once."
    )
    session_hours = models.PositiveSmallIntegerField(
        default=12, db_default=12, help_text="A session ends after it, used or not."
    )
    session_idle_minutes = models.PositiveSmallIntegerField(
        default=240, db_default=240, help_text="A session unused for so long ends."
    )

    time_zone: models.CharField[str, str]

    class Meta:
        abstract = True

    def needs_factor(self, role: str) -> bool:
        """True for a role that is asked for a second factor, now or once grace ends."""
        who = WhoNeedsFactor(self.second_factor)
        if who == WhoNeedsFactor.MANAGERS:
            return role in ("admin", "manager")
        return who == WhoNeedsFactor.ALL or (
            who == WhoNeedsFactor.ADMINS and role == "admin"
        )

    def insists_on_factor(self, role: str, now: dt.datetime) -> bool:
        """True once nobody of that role gets further without one, by the brand's own
        clock."""
        begins = self.second_factor_from
        if begins is None or not self.needs_factor(role):
            return self.needs_factor(role)
        zone = zoneinfo.ZoneInfo(self.time_zone)
        return begins <= now.astimezone(zone).date()
