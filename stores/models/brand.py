"""The tenant."""

from __future__ import annotations

import re
import zoneinfo
from typing import Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stores.errors import ColourRefused
from stores.looks.colours import check_theme
from stores.models.sign_in import SESSION_LIMITS, SignInRules
from stores.retention import Retention

RESERVED_BRAND_SLUGS = (
    "accounts", "admin", "api", "assets", "desk", "dev", "docs", "favicon.ico",
    "healthz", "help", "i18n", "legal", "login", "logout", "media", "metrics", "r",
    "readyz", "robots.txt", "setup", "staff", "static", "status", "www",
)  # fmt: skip
"""First path segments that are ours: a brand of that name would never be reached."""

is_slug = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$")

UNREADABLE = _("Each of these must be a colour, and be read on what it stands on.")

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_WEB = re.compile(
    r"(https?://)?[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}(:\d+)?([/?#]\S*)?", re.IGNORECASE
)

M = TypeVar("M", bound=models.Model)


class BrandQuerySet(models.QuerySet[M]):
    """Keeps tenants apart, in each query."""

    def for_brand(self, brand: Brand) -> Self:
        return self.filter(brand=brand)

    def all_brands(self) -> Self:
        """Everybody's rows: for sweeps and operators, never for a page."""
        return self.all()


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
    logo = models.ForeignKey(
        "stores.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    logo_dark = models.ForeignKey(
        "stores.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The logo on dark pages; without it the same is shown there.",
    )  # fmt: skip
    phone = models.CharField(max_length=20, default="", blank=True)
    accessible_way = models.CharField(
        max_length=200, default="", blank=True, db_default="",
        help_text="How deaf and hard-of-hearing people reach the brand: a web "
        "address, or words. Stands beside its telephone.",
    )  # fmt: skip
    calls_from = models.CharField(
        max_length=20, default="", blank=True, db_default="",
        help_text="The number that customers see when its stores call them; "
        "empty: it may be hidden.",
    )  # fmt: skip
    sender_email = models.EmailField(default="", blank=True)
    mail_name = models.CharField(
        max_length=60, default="", blank=True, db_default="",
        help_text="From whom mails are; empty: the brand's name.",
    )  # fmt: skip
    reply_to = models.EmailField(
        default="", blank=True, db_default="",
        help_text="The address that answers to mails go to.",
    )  # fmt: skip
    erase_after_days = models.PositiveSmallIntegerField(default=90)
    legal = models.JSONField(
        default=dict, blank=True, db_default={},
        help_text="Copied from the legal texts that stand, for every page: their "
        "versions, and the state of accessibility.",
    )  # fmt: skip
    widget_sites = models.JSONField(
        default=list, blank=True, db_default=[],
        help_text='Web sites that may show its hours: ["https://shop.example"].',
    )  # fmt: skip
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
            "accessible_way",
            "calls_from",
            "sender_email",
            "mail_name",
            "reply_to",
            "legal",
            "widget_sites",
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

    @property
    def main_language(self) -> str:
        """The first of its languages: that of what nobody chose one for."""
        return str(self.languages[0]) if self.languages else "fr"

    def __str__(self) -> str:
        return self.name

    @property
    def accessible_url(self) -> str:
        """The address that the accessible way names; empty for words."""
        way = self.accessible_way
        if _MAIL.fullmatch(way):
            return f"mailto:{way}"
        if not _WEB.fullmatch(way):
            return ""
        return way if way.lower().startswith("http") else f"https://{way}"

    def clean(self) -> None:
        check_zone(self.time_zone)
        try:
            check_theme(self.theme)
        except ColourRefused as refused:
            raise ValidationError({"theme": UNREADABLE}) from refused
