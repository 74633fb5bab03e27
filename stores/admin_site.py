"""The stock admin at /admin/: a tool for operators, not a desk for brands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
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

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """No form of its own: Django's would let passwords be guessed without limit."""
        if request.user.is_authenticated:
            raise PermissionDenied
        index = reverse("admin:index", current_app=self.name)
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, index))


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
