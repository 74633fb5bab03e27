"""The sign-in of a brand's own company, by OpenID Connect."""

from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import F, Q

from stores.models.brand import Brand, BrandQuerySet
from stores.models.user import User
from stores.retention import Retention


class CompanySignIn(models.Model):
    """The issuer that a brand trusts, and who still has a password beside it.

    It opens nothing before an admin has tried it with their own account. `sealed` is
    the client's secret, under a key of LINK_KEYS.
    """

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="company_sign_in")
    issuer = models.URLField(max_length=200)
    client_id = models.CharField(max_length=190)
    sealed = models.TextField(default="", blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_on = models.BooleanField(default=False)
    replaces_password = models.BooleanField(default=False)
    first_keeper = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_keeper = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BrandQuerySet["CompanySignIn"].as_manager()

    retention = Retention(keeps=("issuer", "client_id", "sealed"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(tested_at__isnull=False),
                name="companysignin_tested_first",
            ),
            models.CheckConstraint(
                condition=Q(replaces_password=False)
                | Q(first_keeper__isnull=False, second_keeper__isnull=False)
                & ~Q(first_keeper=F("second_keeper")),
                name="companysignin_two_keepers",
            ),
        ]

    def __str__(self) -> str:
        return self.issuer

    @property
    def key(self) -> str:
        """Names the brand's issuer in addresses and identities: another issuer is
        another name, so its subjects are nobody's."""
        mark = hashlib.sha256(self.issuer.encode()).hexdigest()[:24]
        return f"{self.brand_id}-{mark}"
