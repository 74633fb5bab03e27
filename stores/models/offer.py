"""Topics that people come for, and the channels by which each is offered."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from stores.models.brand import Brand, BrandQuerySet, M, is_slug
from stores.models.store import Store
from stores.retention import Retention
from stores.texts import in_language


class LastingQuerySet(BrandQuerySet[M]):
    def for_brand(self, brand: Brand) -> Self:
        """Without the rows that were given up: only old visits know those."""
        return super().for_brand(brand).filter(retired=False)


class OfferQuerySet(LastingQuerySet[M]):
    def for_store(self, store: models.Model) -> Self:
        """The store's own rows and the brand's; the store's row replaces the brand's
        of the same topic and channel (`stores.access.offer_for` picks)."""
        return self.filter(Q(store=store) | Q(store__isnull=True))


class Channel(models.TextChoices):
    VIDEO = "video"
    CALLBACK = "callback"
    IN_STORE = "in_store"


class Topic(models.Model):
    """A customer's reason, in the customer's words; texts are {"fr": …, "en": …}."""

    class Priority(models.TextChoices):
        NORMAL = "normal"
        SENSITIVE = "sensitive"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="topics")
    slug = models.CharField(max_length=60, validators=[is_slug])
    name = models.JSONField(help_text='{"fr": …, "en": …}')
    summary = models.JSONField(default=dict, blank=True)
    preparation = models.JSONField(
        default=dict, blank=True, help_text='{"fr": ["…", "…"], "en": […]}'
    )
    priority = models.CharField(
        max_length=10, choices=Priority, default=Priority.NORMAL
    )
    steps = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField()),
        help_text='{"fr": ["…", "…"], "en": […]}',
    )  # fmt: skip
    kept_starts = models.PositiveSmallIntegerField(
        default=0, db_default=0,
        help_text="First starts of each day that a priority topic keeps for itself.",
    )  # fmt: skip
    camera_needed = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it is not active."
    )

    objects = BrandQuerySet["Topic"].as_manager()

    retention = Retention(keeps=("slug", "name", "summary", "preparation", "steps"))

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="topic_slug"),
            models.UniqueConstraint(fields=["id", "brand"], name="topic_brand"),
            models.CheckConstraint(
                condition=Q(kept_starts=0)
                | Q(kept_starts__lte=4, priority="sensitive"),
                name="topic_few_kept_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self.name, "")

    @property
    def hint(self) -> str:
        return in_language(self.summary, "")

    @property
    def preparation_lines(self) -> list[str]:
        return in_language(self.preparation, [])

    @property
    def step_lines(self) -> list[str]:
        return in_language(self.steps, [])


class TopicQuestion(models.Model):
    """Asked of who books the topic, and never required.

    Texts are {"fr": …, "en": …}, choices lists of them. One that is not asked any more
    is `retired`: old answers point at it.
    """

    class Kind(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        CHOICE = "choice"

    LONGEST = 120
    """Letters of a question, and of an answer."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="topic_questions")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    text = models.JSONField(help_text='{"fr": …, "en": …}')
    choices = models.JSONField(
        default=dict, blank=True, help_text='{"fr": ["…", "…"], "en": […]}'
    )
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False, db_default=False)

    objects = LastingQuerySet["TopicQuestion"].as_manager()

    retention = Retention(keeps=("text", "choices"))

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="topicquestion_brand"),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "number", "choice"]),
                name="topicquestion_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self.text, "")

    @property
    def options(self) -> list[str]:
        """Of a choice; [] for other kinds."""
        return in_language(self.choices, [])


class Offer(models.Model):
    """A topic by a channel: how long it takes and how it may be booked.

    The row without a store is the brand's; a row with a store replaces it there, until
    the store gives it up: `retired` then, because visits were booked by it.
    All durations are minutes, the horizon days (at most 60: the bits go no further).
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="offers")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="offers")
    channel = models.CharField(max_length=10, choices=Channel)
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="offers"
    )
    duration = models.PositiveSmallIntegerField(default=30)
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    step = models.PositiveSmallIntegerField(default=15)
    minimum_notice = models.PositiveIntegerField(default=60)
    horizon = models.PositiveSmallIntegerField(default=30)
    daily_ceiling = models.PositiveSmallIntegerField(null=True, blank=True)
    cancel_limit = models.PositiveIntegerField(default=0)
    needs_approval = models.BooleanField(default=False)
    resource_kind = models.CharField(max_length=20, default="", blank=True)
    further_resources = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        db_default=[],
        help_text="Kinds beside the first; one that is named twice is needed twice.",
    )
    active = models.BooleanField(default=True)
    retired = models.BooleanField(default=False, db_default=False)

    objects = OfferQuerySet["Offer"].as_manager()

    retention = Retention(keeps=("resource_kind", "further_resources"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="offer_brand"),
            models.UniqueConstraint(
                fields=["topic", "channel"],
                condition=Q(store__isnull=True),
                name="offer_once_in_brand",
            ),
            models.UniqueConstraint(
                fields=["topic", "channel", "store"],
                condition=Q(store__isnull=False),
                name="offer_once_in_store",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="offer_channel"
            ),
            models.CheckConstraint(
                condition=Q(duration__gte=5, duration__lte=480, step__gte=5)
                & Q(step__lte=240, horizon__gte=1, horizon__lte=60)
                & Q(buffer_before__lte=240, buffer_after__lte=240),
                name="offer_numbers_in_range",
            ),
            models.CheckConstraint(
                condition=Q(further_resources__len__lte=4), name="offer_few_resources"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} ({self.channel})"

    @property
    def resource_kinds(self) -> tuple[str, ...]:
        """All that must be free beside the adviser; a kind may stand there twice."""
        first = (self.resource_kind,) if self.resource_kind else ()
        return (*first, *self.further_resources)
