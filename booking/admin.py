"""Floor 2 in the stock admin: to look, never to write. Its rows have one writer each,
`booking.services`, which locks, checks and writes the event beside the change."""

from __future__ import annotations

from django.contrib import admin
from django.db import models

from booking.models import (
    ApiKey,
    Appointment,
    AppointmentAnswer,
    AppointmentEvent,
    CallAttempt,
    Case,
    CaseView,
    Customer,
    Hold,
    Import,
    ImportRow,
    Occupancy,
    Photo,
    VisitRating,
    VisitSummary,
)
from stores.admin_site import ReadOnlyAdmin


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    list_display = ("id", "brand", "store", "starts_at", "channel", "status")
    list_filter = ("brand", "channel", "status")
    list_select_related = ("brand", "store")
    date_hierarchy = "starts_at"


@admin.register(AppointmentEvent)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "kind", "appointment", "actor", "relayed_at")
    list_filter = ("kind", "actor")


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("name", "brand", "prefix", "created_at", "revoked_at")
    list_filter = ("brand",)
    exclude = ("secret_hash",)


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ("id", "brand", "opened_at", "closed_at")
    list_filter = ("brand",)
    exclude = ("code_hash",)


LOOKED_AT: list[type[models.Model]] = [
    *(AppointmentAnswer, CallAttempt, CaseView, Customer, Hold),
    *(Import, ImportRow, Occupancy, Photo, VisitRating, VisitSummary),
]
admin.site.register(LOOKED_AT, ReadOnlyAdmin)
