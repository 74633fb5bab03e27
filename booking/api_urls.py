"""Addresses of API v1 that booking serves, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from booking import api, api_answers, api_appointments

app_name = "booking_api"

_STORE = "brands/<slug:brand>/stores/<slug:store>/"
_APPOINTMENT = "brands/<slug:brand>/appointments/<uuid:appointment_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("brands/", api.brands, name="brands"),
    path("brands/<slug:brand>/stores/", api.stores, name="stores"),
    path("brands/<slug:brand>/stores/near/", api.near, name="near"),
    path("brands/<slug:brand>/topics/", api.topics, name="topics"),
    path(f"{_STORE}offers/", api.offers, name="offers"),
    path(f"{_STORE}topics/<slug:topic>/first/", api.first, name="first"),
    path(f"{_STORE}starts/", api.starts, name="starts"),
    path("brands/<slug:brand>/holds/", api.hold, name="hold"),
    path(
        "brands/<slug:brand>/holds/<uuid:hold_id>/appointment/", api.book, name="book"
    ),
    path(
        "brands/<slug:brand>/appointments/",
        api_appointments.appointments,
        name="appointments",
    ),
    path(_APPOINTMENT, api_appointments.appointment, name="appointment"),
    path(f"{_APPOINTMENT}confirm/", api_answers.confirm, name="confirm"),
    path(f"{_APPOINTMENT}decline/", api_answers.decline, name="decline"),
    path(f"{_APPOINTMENT}cancel/", api_appointments.cancel, name="cancel"),
    path(f"{_APPOINTMENT}move/", api_appointments.move, name="move"),
]
