from django.urls import URLPattern, URLResolver, path

from booking.staff_urls import staff_urlpatterns
from booking.views import customer_appointment as appointment
from booking.views import customer_choice as choice
from booking.views import customer_details as details
from booking.views import customer_move as move
from booking.views import customer_times as times

app_name = "booking"

_APPOINTMENT = "<slug:brand>/appointments/<uuid:appointment_id>/"
_HOLD = "<slug:brand>/holds/<uuid:hold_id>/"

customer_urls: list[URLPattern | URLResolver] = [
    path("r/<str:token>", appointment.permanent_link, name="permanent_link"),
    path(_APPOINTMENT, appointment.appointment, name="appointment"),
    path(f"{_APPOINTMENT}booked/", appointment.booked, name="booked"),
    path(f"{_APPOINTMENT}cancel/", appointment.cancel, name="cancel"),
    path(f"{_APPOINTMENT}calendar.ics", appointment.calendar, name="calendar"),
    path(f"{_APPOINTMENT}callback/", appointment.to_callback, name="to_callback"),
    path(f"{_APPOINTMENT}move/", move.move, name="move"),
    path(f"{_APPOINTMENT}answered/", appointment.answered, name="answered"),
    path(f"{_APPOINTMENT}arrive/", appointment.arrive, name="arrive"),
    path(_HOLD, details.details, name="details"),
    path(f"{_HOLD}extend/", details.extend, name="extend_hold"),
    path("<slug:brand>/", choice.stores, name="stores"),
    path("<slug:brand>/<slug:store>/", choice.topics, name="topics"),
    path("<slug:brand>/<slug:store>/<slug:topic>/", choice.channels, name="channels"),
    path(
        "<slug:brand>/<slug:store>/<slug:topic>/<slug:channel>/",
        times.times,
        name="times",
    ),
]

# A brand's slug matches anything: our own first segments come before it.
urlpatterns: list[URLPattern | URLResolver] = [*staff_urlpatterns, *customer_urls]
