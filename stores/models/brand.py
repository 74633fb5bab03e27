"""The tenant, its regions and its stores."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from typing import Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from stores.models.sign_in import SESSION_LIMITS, SignInRules
from stores.retention import Retention

RESERVED_BRAND_SLUGS = (
    "accounts", "admin", "api", "assets", "desk", "dev", "docs", "favicon.ico",
    "healthz", "help", "i18n", "legal", "login", "logout", "media", "metrics", "r",
    "readyz", "robots.txt", "setup", "staff", "static", "status", "www",
)  # fmt: skip
"""First path segments that are ours: a brand of that name would never be reached."""

RESERVED_STORE_SLUGS = ("appointments", "help", "holds", "legal", "now", "privacy")

is_slug = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$")

M = TypeVar("M", bound=models.Model)


class BrandQuerySet(models.QuerySet[M]):
    """Keeps tenants apart, in each query."""

    def for_brand(self, brand: Brand) -> Self:
        return self.filter(brand=brand)

    def all_brands(self) -> Self:
        """Everybody's rows: for sweeps and operators, never for a page."""
        return self.all()


class StoreQuerySet(BrandQuerySet[M]):
    def open_to_booking(self) -> Self:
        return self.filter(active=True)


def check_zone(value: str) -> None:
    """Refuses what is no IANA time zone. Not a field validator: a migration would
    have to import it."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError({"time_zone": f"{value} is not an IANA time zone."})


class Brand(SignInRules):
    """A chain of shops or a bank: one tenant. Everything but users belongs to one."""

    slug = models.CharField(max_length=40, unique=True, validators=[is_slug])
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=20, help_text="Begins each text message.")
    languages = models.JSONField(default=list, help_text='For example ["fr", "en"].')
    time_zone = models.CharField(max_length=50, default="Europe/Paris")
    emblem = models.CharField(max_length=40, default="", blank=True)
    theme = models.JSONField(
        default=dict,
        blank=True,
        help_text="Derived from one colour: brand, hover, soft, on and dark twins.",
    )
    phone = models.CharField(max_length=20, default="", blank=True)
    calls_from = models.CharField(
        max_length=20, default="", blank=True, db_default="",
        help_text="The number that customers see when its stores call them; "
        "empty: it may be hidden.",
    )  # fmt: skip
    sender_email = models.EmailField(default="", blank=True)
    erase_after_days = models.PositiveSmallIntegerField(default=90)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    retention = Retention(
        keeps=(
            "slug",
            "name",
            "short_name",
            "languages",
            "time_zone",
            "emblem",
            "theme",
            "phone",
            "calls_from",
            "sender_email",
        )
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_BRAND_SLUGS),
                name="brand_slug_not_reserved",
            ),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"),
                name="brand_slug_form",
            ),
            models.CheckConstraint(
                condition=Q(erase_after_days__gte=1, erase_after_days__lte=1095),
                name="brand_erase_after_days_range",
            ),
            *SESSION_LIMITS,
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_zone(self.time_zone)


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
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StoreQuerySet["Store"].as_manager()

    retention = Retention(
        keeps=(
            "slug",
            "name",
            "street",
            "postcode",
            "city",
            "country",
            "territory",
            "time_zone",
            "phone",
            "calls_from",
        )
    )

    class Meta:
        indexes = [models.Index(fields=["brand", "latitude"], name="store_by_latitude")]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="store_slug"),
            models.UniqueConstraint(fields=["id", "brand"], name="store_brand"),
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
