"""The stock admin at /admin/: a tool for operators, not a desk for brands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[models.Model]
else:
    AnyAdmin = admin.ModelAdmin  # not generic at run time


class OperatorSite(admin.AdminSite):
    """Superusers only, through the one sign-in that is throttled."""

    site_header = site_title = "Visavis"
    index_title = _("Operators")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and request.user.is_superuser

    login = secure_admin_login(admin.AdminSite.login)


class ReadOnlyAdmin(AnyAdmin):
    """For what shapes time: its only writer is `booking.services.agenda`, under the
    agenda's lock. A row changed here would let cached free time outlive the truth."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False
