"""Accounts of staff and admins, by e-mail address. Customers have none."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from stores.models.brand import Brand, BrandQuerySet
from stores.models.store import Region, Store
from stores.retention import Retention


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """One person's account; what they may do stands in their memberships."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=80)
    language = models.CharField(max_length=5, default="fr")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open /admin/.")
    created_at = models.DateTimeField(auto_now_add=True)
    email_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="A link that was sent there was opened."
    )

    # Ended with the account itself, by whoever gave it.
    retention = Retention(keeps=("password", "email", "name", "language"))

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


class Role(models.TextChoices):
    ADVISER = "adviser"
    MANAGER = "manager"
    ADMIN = "admin"


class Membership(models.Model):
    """A user's role in a brand, in one region of it, or in one store."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandQuerySet["Membership"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="membership_brand"),
            models.UniqueConstraint(
                fields=["user", "brand"],
                condition=Q(store__isnull=True, region__isnull=True),
                name="membership_once_in_brand",
            ),
            models.UniqueConstraint(
                fields=["user", "region"],
                condition=Q(region__isnull=False),
                name="membership_once_in_region",
            ),
            models.UniqueConstraint(
                fields=["user", "store"],
                condition=Q(store__isnull=False),
                name="membership_once_in_store",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="membership_role"
            ),
            models.CheckConstraint(
                condition=Q(role=Role.ADMIN, store__isnull=True, region__isnull=True)
                | ~Q(role=Role.ADMIN),
                name="membership_admin_of_whole_brand",
            ),
            models.CheckConstraint(
                condition=Q(store__isnull=True) | Q(region__isnull=True),
                name="membership_of_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"
