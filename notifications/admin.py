"""Messages in the stock admin: to look at. Only the budgets are the operator's."""

from __future__ import annotations

from django.contrib import admin
from django.db import models

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


LOOKED_AT: list[type[models.Model]] = [
    Delivery,
    MessageText,
    PlanningFault,
    ProviderEvent,
    Refusal,
    TextCount,
    WebhookAttempt,
    WebhookEndpoint,
]
admin.site.register(LOOKED_AT, ReadOnlyAdmin)
