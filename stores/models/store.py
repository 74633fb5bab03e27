"""The regions and stores of a brand, and the days on which they are closed."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from stores.models.brand import Brand, BrandQuerySet, M, check_zone, is_slug
from stores.retention import Retention
from stores.texts import in_language

RESERVED_STORE_SLUGS = (
    *("appointments", "help", "holds", "legal", "now", "privacy", "stores"),
)


class StoreQuerySet(BrandQuerySet[M]):
    def open_to_booking(self) -> Self:
        return self.filter(active=True)

    def called(self, words: Iterable[str]) -> Self:
        """Those that have all words, in lower case and without accents, in name, town,
        postcode, address or number: the database keeps that text as `searched`."""
        found = self.alias(searched=RawSQL('"stores_store"."searched"', []))
        for word in words:
            found = found.filter(searched__contains=word)
        return found


class Region(models.Model):
    """Stores that are led, and closed, together."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="regions")
    slug = models.CharField(max_length=40, validators=[is_slug])
    name = models.CharField(max_length=60)

    objects = BrandQuerySet["Region"].as_manager()

    retention = Retention(keeps=("slug", "name"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="region_slug"),
            models.UniqueConstraint(fields=["id", "brand"], name="region_brand"),
        ]

    def __str__(self) -> str:
        return self.name


class StoreKind(models.TextChoices):
    SHOP = "shop"
    BRANCH = "branch"
    REMOTE = "remote"


class Access(models.TextChoices):
    """The facts that somebody who cannot come in otherwise asks for."""

    LEVEL = "level"
    LOOP = "loop"
    PARKING = "parking"
    TOILETS = "toilets"


class Store(models.Model):
    """A shop, a bank's branch, or a team that advises from elsewhere.

    Its zone turns the hours written on agendas into instants, and is printed with
    every hour that a customer reads.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="stores")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="stores"
    )
    slug = models.CharField(max_length=60, validators=[is_slug])
    external_id = models.CharField(
        max_length=40, default="", blank=True, db_default="",
        help_text="The brand's own number of it; files name it by this.",
    )  # fmt: skip
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=StoreKind, default=StoreKind.SHOP)
    street = models.CharField(max_length=120, default="", blank=True)
    postcode = models.CharField(max_length=12, default="", blank=True)
    city = models.CharField(max_length=80, default="", blank=True)
    country = models.CharField(max_length=2, default="FR")
    territory = models.CharField(
        max_length=10, default="", blank=True, help_text="For public holidays: FR-57 …"
    )
    time_zone = models.CharField(max_length=50, default="Europe/Paris")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=20, default="", blank=True)
    calls_from = models.CharField(
        max_length=20, default="", blank=True, db_default="",
        help_text="The number that customers see when it calls; empty: the brand's.",
    )  # fmt: skip
    access = ArrayField(
        models.CharField(max_length=10, choices=Access),
        default=list, blank=True, db_default=[],
    )  # fmt: skip
    directions = models.JSONField(
        default=dict, blank=True, db_default={}, help_text='{"fr": …, "en": …}'
    )
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StoreQuerySet["Store"].as_manager()

    retention = Retention(
        keeps=(
            "slug",
            "external_id",
            "name",
            "street",
            "postcode",
            "city",
            "country",
            "territory",
            "time_zone",
            "phone",
            "calls_from",
            "access",
            "directions",
        )
    )

    class Meta:
        indexes = [
            models.Index(fields=["brand", "latitude"], name="store_by_latitude"),
            models.Index(fields=["brand", "name", "id"], name="store_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="store_slug"),
            models.UniqueConstraint(fields=["id", "brand"], name="store_brand"),
            models.UniqueConstraint(
                fields=["brand", "external_id"],
                condition=~Q(external_id=""),
                name="store_external_id",
            ),
            models.CheckConstraint(
                condition=Q(access__contained_by=Access.values), name="store_access"
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_STORE_SLUGS),
                name="store_slug_not_reserved",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=StoreKind.values), name="store_kind"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="store_point",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_zone(self.time_zone)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def way_there(self) -> str:
        """The directions in the language of who reads."""
        return in_language(self.directions, "")

    @property
    def is_remote(self) -> bool:
        return self.kind == StoreKind.REMOTE


class ClosureQuerySet(BrandQuerySet["Closure"]):
    def of_stores(self, stores: Iterable[Store]) -> Self:
        """Those of the stores, of their regions, and of their brands as a whole."""
        stores = list(stores)
        return self.filter(
            Q(store__in=[store.pk for store in stores])
            | Q(region__in={store.region_id for store in stores if store.region_id})
            | Q(
                brand__in={store.brand_id for store in stores},
                store__isnull=True,
                region__isnull=True,
            )
        )

    def touching(self, first: dt.date, last: dt.date) -> Self:
        """Those that close one of the days first … last."""
        return self.filter(last_day__gte=first, first_day__lte=last)


class Closure(models.Model):
    """Local days on which the brand, a region or one store is closed."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="closures")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.JSONField(default=dict, help_text='{"fr": …, "en": …}')
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClosureQuerySet.as_manager()

    retention = Retention(keeps=("reason",))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="closure_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=True) | Q(store__isnull=True),
                name="closure_of_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    def concerns(self, store: Store) -> bool:
        """True if it closes the store, on whatever days."""
        if self.store_id:
            return self.store_id == store.pk
        if self.region_id:
            return self.region_id == store.region_id
        return self.brand_id == store.brand_id
