"""Addresses of pages: staff and desk first, then the customers'."""

from django.urls import URLPattern, URLResolver, path

from booking import door
from booking.views import customer_appointment as appointment
from booking.views import customer_choice as choice
from booking.views import customer_details as details
from booking.views import customer_move as move
from booking.views import customer_times as times
from booking.views import (
    desk,
    desk_absences,
    desk_closures,
    desk_grid,
    desk_hours,
    desk_keys,
    desk_offers,
    desk_postings,
    desk_team,
    desk_week_hours,
    staff,
    staff_actions,
    staff_answer,
    staff_cancel,
    staff_feed,
    staff_move,
)

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


_visit = "staff/appointments/<uuid:appointment_id>/"
_agenda = "desk/hours/<int:agenda_id>/"
_offer = "desk/offers/<int:topic_id>/<slug:channel>/"
staff_urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/", staff.board, name="board"),
    path("staff/board/lanes/", staff.board_lanes, name="board_lanes"),
    path("staff/callbacks/", staff.callbacks, name="callbacks"),
    path("staff/calendar/", staff_feed.my_calendar, name="my_calendar"),
    path("staff/calendar/open/", staff_feed.open_calendar, name="open_calendar"),
    path("staff/calendar/close/", staff_feed.close_calendar, name="close_calendar"),
    # Under /r/, as all that a secret opens: the proxy keeps no log of it.
    path("r/calendar/<str:feed_token>.ics", staff_feed.feed, name="feed"),
    path("staff/workplace/", door.choose_workplace, name="choose_workplace"),
    path(_visit, staff.appointment, name="staff_appointment"),
    path(f"{_visit}confirm/", staff_answer.confirm_visit, name="confirm_visit"),
    path(f"{_visit}decline/", staff_answer.decline_visit, name="decline_visit"),
    path(f"{_visit}arrived/", staff_actions.record_arrival, name="record_arrival"),
    path(f"{_visit}start/", staff_actions.start_visit, name="start_visit"),
    path(f"{_visit}outcome/", staff_actions.outcome, name="outcome"),
    path(f"{_visit}missed/", staff_actions.mark_missed, name="mark_missed"),
    path(
        f"{_visit}callback/",
        staff_actions.turn_into_callback,
        name="turn_into_callback",
    ),
    path(f"{_visit}calls/", staff_actions.record_call, name="record_call"),
    path(f"{_visit}move/", staff_move.move_visit, name="move_visit"),
    path(f"{_visit}overlap/", staff_move.overlap_visit, name="overlap_visit"),
    path(f"{_visit}cancel/", staff_cancel.cancel_visit, name="cancel_visit"),
    path(f"{_visit}undo/", staff_actions.undo_cancel, name="undo_cancel"),
    path(f"{_visit}reopen/", staff_actions.reopen, name="reopen"),
    path(f"{_visit}late/", staff_actions.announce_delay, name="announce_delay"),
    path("desk/", desk.week, name="week"),
    path("desk/grid.css", desk_grid.grid_stylesheet, name="grid_stylesheet"),
    path("desk/absences/", desk_absences.absences, name="absences"),
    path("desk/absences/add/", desk_absences.add_absence, name="add_absence"),
    path(
        "desk/absences/<int:absence_id>/remove/",
        desk_absences.remove_absence,
        name="remove_absence",
    ),
    path("desk/closures/", desk_closures.closures, name="closures"),
    path(
        "desk/closures/<int:closure_id>/remove/",
        desk_closures.remove,
        name="remove_closure",
    ),
    path("desk/offers/", desk_offers.offers, name="offers"),
    path(_offer, desk_offers.edit_offer, name="edit_offer"),
    path(f"{_offer}brand/", desk_offers.edit_brand_offer, name="edit_brand_offer"),
    path("desk/keys/", desk_keys.api_keys, name="api_keys"),
    path("desk/keys/<int:key_id>/revoke/", desk_keys.revoke_key, name="revoke_key"),
    path("desk/team/", desk_team.team, name="team"),
    path(f"{_agenda}topics/", desk_team.competences, name="competences"),
    path("desk/hours/", desk_hours.hours, name="hours"),
    path(f"{_agenda}week/", desk_week_hours.edit_hours, name="edit_hours"),
    path(f"{_agenda}days/<str:day>/", desk_week_hours.edit_day, name="edit_day"),
    path(f"{_agenda}stores/", desk_postings.postings, name="postings"),
    path(f"{_agenda}clocks/", desk_hours.clock_changes, name="clock_changes"),
]
# A brand's slug matches anything: our own first segments come before it.
urlpatterns: list[URLPattern | URLResolver] = [*staff_urlpatterns, *customer_urls]
