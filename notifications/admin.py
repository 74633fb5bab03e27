"""Messages in the stock admin: to look at. Only the budgets are the operator's."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from notifications.models import (
    Delivery,
    MessageText,
    PlanningFault,
    ProviderEvent,
    Refusal,
    TextCount,
    TextRule,
    WebhookAttempt,
    WebhookEndpoint,
)
from stores.admin_site import AnyAdmin, ReadOnlyAdmin


@admin.register(TextRule)
class TextRuleAdmin(AnyAdmin):
    list_display = ("brand", "per_brand", "per_network", "per_phone")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Goes with its subject, as with a role that is taken; by itself it stays."""

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        page = request.resolver_match.url_name if request.resolver_match else None
        return bool(page) and not str(page).startswith("notifications_delivery_")


LOOKED_AT: list[type[models.Model]] = [
    MessageText,
    PlanningFault,
    ProviderEvent,
    Refusal,
    TextCount,
    WebhookAttempt,
    WebhookEndpoint,
]
admin.site.register(LOOKED_AT, ReadOnlyAdmin)
