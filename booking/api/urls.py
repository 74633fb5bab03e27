"""Addresses of API v1 that booking serves, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from booking.api import answers, appointments, finding

app_name = "booking_api"

_STORE = "brands/<slug:brand>/stores/<slug:store>/"
_APPOINTMENT = "brands/<slug:brand>/appointments/<uuid:appointment_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("brands/", finding.brands, name="brands"),
    path("brands/<slug:brand>/stores/", finding.stores, name="stores"),
    path("brands/<slug:brand>/stores/near/", finding.near, name="near"),
    path("brands/<slug:brand>/topics/", finding.topics, name="topics"),
    path(f"{_STORE}offers/", finding.offers, name="offers"),
    path(f"{_STORE}topics/<slug:topic>/first/", finding.first, name="first"),
    path(f"{_STORE}starts/", finding.starts, name="starts"),
    path("brands/<slug:brand>/holds/", finding.hold, name="hold"),
    path(
        "brands/<slug:brand>/holds/<uuid:hold_id>/appointment/",
        finding.book,
        name="book",
    ),
    path(
        "brands/<slug:brand>/appointments/",
        appointments.appointments,
        name="appointments",
    ),
    path(_APPOINTMENT, appointments.appointment, name="appointment"),
    path(f"{_APPOINTMENT}confirm/", answers.confirm, name="confirm"),
    path(f"{_APPOINTMENT}decline/", answers.decline, name="decline"),
    path(f"{_APPOINTMENT}cancel/", appointments.cancel, name="cancel"),
    path(f"{_APPOINTMENT}move/", appointments.move, name="move"),
]
