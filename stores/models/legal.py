"""The legal pages of a brand: privacy, accessibility, terms."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from stores.models.brand import Brand, BrandQuerySet
from stores.models.user import User
from stores.retention import Retention

LONGEST_LEGAL = 40_000


class LegalKind(models.TextChoices):
    """The three pages, by the word in their address."""

    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"
    TERMS = "terms"


class Conformity(models.TextChoices):
    """The state of conformity, in the words of RGAA and EN 301 549."""

    NOT = "not"
    PARTLY = "partly"
    FULLY = "fully"


class LegalText(models.Model):
    """One published version of one page in one language; a row never changes, and the
    highest version is shown. Without any, the product's own text is (version 0).

    `body` has placeholders, which are filled with the brand's facts when it is read.
    `address` is a page elsewhere that stands instead of terms. `state`, `rate` and
    `reviewed_on` are an accessibility statement's.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="legal_texts")
    kind = models.CharField(max_length=13, choices=LegalKind)
    language = models.CharField(max_length=5)
    version = models.PositiveSmallIntegerField()
    body = models.TextField(default="", blank=True)
    address = models.URLField(max_length=300, default="", blank=True)
    state = models.CharField(max_length=6, choices=Conformity, default="", blank=True)
    rate = models.PositiveSmallIntegerField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = BrandQuerySet["LegalText"].as_manager()

    retention = Retention(keeps=("language", "body", "address"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "kind", "language", "version"],
                name="legaltext_version",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LegalKind.values), name="legaltext_kind"
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="legaltext_from_one"
            ),
            models.CheckConstraint(
                condition=Q(address="") | Q(kind="terms"), name="legaltext_address"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["", *Conformity.values])
                & (Q(kind="accessibility") ^ Q(state="")),
                name="legaltext_state",
            ),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | Q(rate__lte=100),
                name="legaltext_rate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} v{self.version}"
