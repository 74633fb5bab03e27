"""The people whom customers meet, where they work, what they know."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from stores.models.brand import Brand, BrandQuerySet, M
from stores.models.file import StoredFile
from stores.models.offer import Channel, Topic
from stores.models.store import Store
from stores.models.user import User
from stores.retention import Erasure, Retention
from stores.texts import in_language


class StaffQuerySet(BrandQuerySet[M]):
    def active(self) -> Self:
        return self.filter(active=True)

    def without_agenda(self) -> Self:
        """Active, with a post, and bookable by nobody: there is no row to lock."""
        posted = self.active().filter(postings__isnull=False, agenda__isnull=True)
        return posted.distinct()

    def posted_to(self, store: models.Model, day: dt.date) -> Self:
        """Staff who may work for the store on that local day."""
        return self.filter(
            Q(postings__valid_from__isnull=True) | Q(postings__valid_from__lte=day),
            Q(postings__valid_until__isnull=True) | Q(postings__valid_until__gte=day),
            postings__store=store,
        ).distinct()


class StaffMember(models.Model):
    """A real person of the shop or the bank; texts call them adviser."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="staff")
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="staff_members"
    )
    external_id = models.CharField(
        max_length=40, default="", blank=True, db_default="",
        help_text="The brand's own number of the person; files name them by this.",
    )  # fmt: skip
    first_name = models.CharField(max_length=40)
    last_name = models.CharField(max_length=60, default="", blank=True)
    formal_name = models.CharField(
        max_length=60,
        default="",
        blank=True,
        help_text="What customers read where first names are not the custom.",
    )
    title = models.JSONField(default=dict, blank=True, help_text='{"fr": …, "en": …}')
    languages = models.JSONField(default=list, blank=True)
    portrait = models.CharField(max_length=80, default="", blank=True)
    photo = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erase_after = models.DateTimeField(null=True, blank=True)

    objects = StaffQuerySet["StaffMember"].as_manager()

    retention = Retention(
        (
            Erasure(
                "erase_after",
                clears={
                    "first_name": "",
                    "last_name": "",
                    "formal_name": "",
                    "portrait": "",
                },
            ),
        ),
        keeps=("external_id", "title", "languages"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="staffmember_brand"),
            models.UniqueConstraint(
                fields=["brand", "external_id"],
                condition=~Q(external_id=""),
                name="staffmember_external_id",
            ),
            models.UniqueConstraint(
                fields=["user", "brand"],
                condition=Q(user__isnull=False),
                name="staffmember_once_per_user",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name that customers read: never the family name of somebody in a shop."""
        return self.formal_name or self.first_name or _("Adviser")

    @property
    def role_title(self) -> str:
        return in_language(self.title, "")


class Posting(models.Model):
    """A staff member works for a store, from a day to a day."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="postings")
    staff_member = models.ForeignKey(
        StaffMember, models.CASCADE, related_name="postings"
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="postings")
    is_home = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    objects = BrandQuerySet["Posting"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff_member", "store"], name="posting_once"
            ),
            models.UniqueConstraint(
                fields=["staff_member"],
                condition=Q(is_home=True),
                name="posting_one_home",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from"))
                | Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True),
                name="posting_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_member} @ {self.store}"


class Departure(models.Model):
    """The last day of somebody who leaves. It can be taken back until it is over:
    `postings` are those from before, each with `store`, `is_home`, `valid_from` and
    `valid_until`. `ended_at` says when rights and addresses were ended."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="departures")
    staff_member = models.OneToOneField(
        StaffMember, models.CASCADE, related_name="departure"
    )
    last_day = models.DateField()
    postings = models.JSONField(default=list)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["Departure"].as_manager()

    retention = Retention(keeps=("postings",))

    class Meta:
        indexes = [
            models.Index(
                fields=["last_day"],
                condition=Q(ended_at__isnull=True),
                name="departure_to_come",
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_member} – {self.last_day}"


class Competence(models.Model):
    """A staff member can advise on a topic, by the channels named (empty: all)."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="competences")
    staff_member = models.ForeignKey(
        StaffMember, models.CASCADE, related_name="competences"
    )
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="competences")
    channels = models.JSONField(default=list, blank=True)
    weight = models.PositiveSmallIntegerField(default=100)

    objects = BrandQuerySet["Competence"].as_manager()

    retention = Retention(keeps=("channels",))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff_member", "topic"], name="competence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_member}: {self.topic}"

    def covers(self, channel: Channel | str) -> bool:
        return not self.channels or str(channel) in self.channels


class Resource(models.Model):
    """A resource that a visit needs for itself: a booth, a fitting room. `capacity` is
    how many people find a place in it; one visit takes all of it."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="resources")
    store = models.ForeignKey(Store, models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    capacity = models.PositiveSmallIntegerField(default=1, db_default=1)
    active = models.BooleanField(default=True)

    objects = BrandQuerySet["Resource"].as_manager()

    retention = Retention(keeps=("kind", "name"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="resource_brand"),
            models.UniqueConstraint(fields=["store", "name"], name="resource_name"),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=500),
                name="resource_capacity",
            ),
        ]

    def __str__(self) -> str:
        return self.name
