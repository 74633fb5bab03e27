"""Addresses of pages: staff and desk first, then the customers'."""

from django.urls import URLPattern, URLResolver, path

from booking import door
from booking.customer import (
    appointment,
    choice,
    details,
    front,
    move,
    preset,
    times,
    trial,
)
from booking.customer.link import (
    after,
    brought,
    calls,
    case,
    earlier,
    mydata,
    pocket,
    thread,
)
from booking.desk import (
    closures,
    company,
    day_list,
    keys,
    leaving,
    offers,
    paper,
    security,
    team,
    week,
)
from booking.desk.brand import links, logo
from booking.desk.brand import page as brand
from booking.desk.exchange import imports
from booking.desk.hours import absences, asked, hours, week_hours
from booking.desk.legal import pages as legal
from booking.desk.people import lost_factor, person, way_in
from booking.desk.people import team as people
from booking.desk.places import rooms, store, stores, towns
from booking.desk.setup import colleague, first_topics, places, trying
from booking.desk.topics import topic, topics
from booking.desk.widget import page as desk_widget
from booking.staff import after as staff_after
from booking.staff import answer, calendar, my_absences, pages, same_person, taps
from booking.staff import brought as staff_brought
from booking.staff import case as staff_case
from booking.staff import move as staff_move
from booking.staff.search import pages as search
from booking.widget import views as widget

app_name = "booking"

_APPOINTMENT = "<slug:brand>/appointments/<uuid:appointment_id>/"
_HOLD = "<slug:brand>/holds/<uuid:hold_id>/"

customer_urls: list[URLPattern | URLResolver] = [
    path("widget.js", widget.script, name="widget_script"),
    path("<slug:brand>/widget/hours", widget.hours, name="widget_hours"),
    path("<slug:brand>/widget/frame", widget.frame, name="widget_frame"),
    path("<slug:brand>/widget/open", widget.open_page, name="widget_open"),
    path("r/<str:token>", appointment.permanent_link, name="permanent_link"),
    path("r/s/<int:door_id>/", choice.store_door, name="store_door"),
    path("r/q/<slug:code>/", preset.short_link, name="short_link"),
    path("r/try/<str:trial_token>/", trial.open_trial, name="open_trial"),
    path("r/<str:token>/earlier", earlier.earlier_link, name="earlier_link"),
    path(f"{_APPOINTMENT}earlier/", earlier.earlier, name="earlier"),
    path(f"{_APPOINTMENT}earlier/hour/", earlier.earlier_offer, name="earlier_offer"),
    path(_APPOINTMENT, appointment.appointment, name="appointment"),
    path(f"{_APPOINTMENT}booked/", appointment.booked, name="booked"),
    path(f"{_APPOINTMENT}cancel/", appointment.cancel, name="cancel"),
    path(f"{_APPOINTMENT}calendar.ics", appointment.calendar, name="calendar"),
    path(f"{_APPOINTMENT}callback/", calls.to_callback, name="to_callback"),
    path(f"{_APPOINTMENT}call/", calls.call_now, name="call_now"),
    path(f"{_APPOINTMENT}no-call/", calls.no_call, name="no_call"),
    path(f"{_APPOINTMENT}state/", appointment.state, name="appointment_state"),
    path(f"{_APPOINTMENT}move/", move.move, name="move"),
    path(f"{_APPOINTMENT}answered/", appointment.answered, name="answered"),
    path(f"{_APPOINTMENT}case/", case.case, name="case"),
    path(f"{_APPOINTMENT}card/", pocket.card, name="card"),
    path(f"{_APPOINTMENT}kept/", pocket.kept, name="kept"),
    path(f"{_APPOINTMENT}kept.js", pocket.worker, name="kept_worker"),
    path(f"{_APPOINTMENT}arrive/", appointment.arrive, name="arrive"),
    path(f"{_APPOINTMENT}data.zip", mydata.archive, name="my_data"),
    path(f"{_APPOINTMENT}erase/", mydata.erase, name="erase_data"),
    path(f"{_APPOINTMENT}thread/", thread.write, name="write_message"),
    path(f"{_APPOINTMENT}thread/<uuid:photo_id>/", thread.photo, name="message_photo"),
    path(f"{_APPOINTMENT}rating/", after.rate, name="rate"),
    path(f"{_APPOINTMENT}recovery/", after.recover, name="recover"),
    path(f"{_APPOINTMENT}summary/", after.summary, name="summary"),
    path(_HOLD, details.details, name="details"),
    path(f"{_HOLD}extend/", details.extend, name="extend_hold"),
    path(f"{_HOLD}photos/", details.change_photos, name="hold_photos"),
    path(f"{_HOLD}photos/<uuid:photo_id>/", details.hold_photo, name="hold_photo"),
    path(f"{_APPOINTMENT}brought/", brought.brought, name="brought"),
    path(
        f"{_APPOINTMENT}photos/<uuid:photo_id>/",
        brought.visit_photo,
        name="visit_photo",
    ),
    path("<slug:brand>/", front.front, name="front"),
    path("<slug:brand>/stores/", choice.stores, name="stores"),
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
_person = "desk/team/<int:staff_id>/"
_topic = "desk/topics/<int:topic_id>/"
_store = "desk/stores/<int:store_id>/"
_room = "desk/rooms/<int:room_id>/"
_import = "desk/imports/<int:import_id>/"
_legal = "desk/legal/<slug:legal_kind>/<slug:lang>/"
_offer = "desk/offers/<int:topic_id>/<slug:channel>/"
staff_urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/", pages.board, name="board"),
    path("staff/board/lanes/", pages.board_lanes, name="board_lanes"),
    path("staff/callbacks/", pages.callbacks, name="callbacks"),
    path("staff/case/", staff_case.case_entry, name="case_entry"),
    path("staff/search/", search.search, name="search"),
    path("staff/calendar/", calendar.my_calendar, name="my_calendar"),
    path("staff/calendar/open/", calendar.open_calendar, name="open_calendar"),
    path("staff/calendar/close/", calendar.close_calendar, name="close_calendar"),
    path("staff/absences/", my_absences.my_absences, name="my_absences"),
    path("staff/absences/seen/", my_absences.answers_seen, name="answers_seen"),
    path(
        "staff/absences/<int:asked_id>/withdraw/",
        my_absences.withdraw_absence,
        name="withdraw_absence",
    ),
    # Under /r/, as all that a secret opens: the proxy keeps no log of it.
    path("r/calendar/<str:feed_token>.ics", calendar.feed, name="feed"),
    path("staff/workplace/", door.choose_workplace, name="choose_workplace"),
    path(_visit, pages.appointment, name="staff_appointment"),
    path(f"{_visit}same/<uuid:other_id>/", same_person.same_person, name="same_person"),
    path(
        f"{_visit}same/<uuid:other_id>/undo/",
        same_person.not_same_person,
        name="not_same_person",
    ),
    path(f"{_visit}confirm/", answer.confirm_visit, name="confirm_visit"),
    path(f"{_visit}decline/", answer.decline_visit, name="decline_visit"),
    path(f"{_visit}recovery/", staff_after.note_recovery, name="note_recovery"),
    path(f"{_visit}summary/", staff_after.write_summary, name="write_summary"),
    path(f"{_visit}arrived/", taps.record_arrival, name="record_arrival"),
    path(f"{_visit}start/", taps.start_visit, name="start_visit"),
    path(f"{_visit}outcome/", taps.outcome, name="outcome"),
    path(f"{_visit}missed/", taps.mark_missed, name="mark_missed"),
    path(
        f"{_visit}callback/",
        taps.turn_into_callback,
        name="turn_into_callback",
    ),
    path(f"{_visit}calls/", taps.record_call, name="record_call"),
    path(f"{_visit}words/", taps.open_words, name="open_words"),
    path(f"{_visit}move/", staff_move.move_visit, name="move_visit"),
    path(f"{_visit}overlap/", staff_move.overlap_visit, name="overlap_visit"),
    path(f"{_visit}cancel/", taps.cancel_visit, name="cancel_visit"),
    path(f"{_visit}undo/", taps.undo_cancel, name="undo_cancel"),
    path(f"{_visit}reopen/", taps.reopen, name="reopen"),
    path(f"{_visit}stock/", staff_brought.say_stock, name="say_stock"),
    path(
        f"{_visit}photos/<uuid:photo_id>/",
        staff_brought.photo,
        name="staff_photo",
    ),
    path(f"{_visit}thread/", staff_brought.answer_message, name="answer_message"),
    path(
        f"{_visit}thread/<uuid:photo_id>/",
        staff_brought.message_photo,
        name="staff_message_photo",
    ),
    path(f"{_visit}late/", taps.announce_delay, name="announce_delay"),
    path("desk/", week.week, name="week"),
    path("desk/setup/", places.resume, name="setup"),
    path("desk/setup/notice/", places.notice, name="setup_notice"),
    path("desk/setup/store/", places.store, name="setup_store"),
    path("desk/setup/hours/", places.hours, name="setup_hours"),
    path("desk/setup/topics/", first_topics.topics, name="setup_topics"),
    path("desk/setup/colleague/", colleague.colleague, name="setup_colleague"),
    path("desk/setup/trial/", trying.trial, name="setup_trial"),
    path("desk/setup/trial/lines/", trying.lines, name="setup_trial_lines"),
    path("desk/day/", day_list.day_list, name="day_list"),
    path("desk/paper/", paper.print_week, name="print_week"),
    path("desk/paper/words/", paper.open_week_words, name="open_week_words"),
    path("desk/grid.css", week.grid_stylesheet, name="grid_stylesheet"),
    path("desk/absences/", absences.absences, name="absences"),
    path("desk/absences/add/", absences.add_absence, name="add_absence"),
    path(
        "desk/absences/<int:absence_id>/remove/",
        absences.remove_absence,
        name="remove_absence",
    ),
    path(
        "desk/absences/asked/<int:asked_id>/",
        asked.answer_absence,
        name="answer_absence",
    ),
    path("desk/closures/", closures.closures, name="closures"),
    path(
        "desk/closures/<int:closure_id>/remove/",
        closures.remove,
        name="remove_closure",
    ),
    path("desk/topics/", topics.topics, name="brand_topics"),
    path("desk/topics/new/", topic.new_topic, name="new_topic"),
    path(_topic, topic.one_topic, name="brand_topic"),
    path(f"{_topic}preview/", topic.preview, name="preview_topic"),
    path(f"{_topic}place/", topics.place, name="place_topic"),
    path(f"{_topic}retire/", topics.retire, name="retire_topic"),
    path(f"{_topic}restore/", topics.restore, name="restore_topic"),
    path("desk/offers/", offers.offers, name="offers"),
    path(_offer, offers.edit_offer, name="edit_offer"),
    path(f"{_offer}brand/", offers.edit_brand_offer, name="edit_brand_offer"),
    path("desk/brand/", brand.brand, name="brand"),
    path("desk/brand/preview/", brand.preview, name="brand_preview"),
    path("desk/brand/colours.css", brand.colours, name="brand_colours"),
    path("desk/brand/logo/", logo.logo, name="brand_logo"),
    path("desk/brand/logo/remove/", logo.no_logo, name="remove_logo"),
    path("desk/widget/", desk_widget.widget, name="widget"),
    path("desk/links/", links.short_links, name="short_links"),
    path("desk/links/<int:link_id>/", links.short_link_page, name="short_link_page"),
    path(
        "desk/links/<int:link_id>/retire/",
        links.retire_short_link,
        name="retire_short_link",
    ),
    path("desk/security/", security.security, name="security"),
    path("desk/security/session/", security.end_session, name="end_session"),
    path("desk/security/company/", company.company, name="company"),
    path("desk/security/company/switch/", company.switch, name="switch_company"),
    path("desk/keys/", keys.api_keys, name="api_keys"),
    path("desk/keys/<int:key_id>/revoke/", keys.revoke_key, name="revoke_key"),
    path("desk/team/", people.team, name="team"),
    path("desk/team/new/", person.new_person, name="new_person"),
    path(_person, person.person, name="person"),
    path(f"{_person}roles/", person.roles, name="person_roles"),
    path(f"{_person}photo/", person.photo, name="person_photo"),
    path(f"{_person}photo/remove/", person.remove_photo, name="remove_photo"),
    path(f"{_person}hours/", person.copy_hours, name="copy_hours"),
    path(f"{_person}invite/", way_in.invite_person, name="invite_person"),
    path(f"{_person}revoke/", way_in.revoke_invitation, name="revoke_invitation"),
    path(f"{_person}factor/", lost_factor.lost_factor, name="lost_factor"),
    path(f"{_person}password/", way_in.send_reset, name="send_reset"),
    path(f"{_agenda}leaving/", leaving.leaving, name="leaving"),
    path(f"{_agenda}staying/", leaving.staying, name="staying"),
    path(f"{_agenda}ill/", absences.ill_today, name="ill_today"),
    path(f"{_agenda}topics/", team.competences, name="competences"),
    path("desk/stores/", stores.places, name="places"),
    path("desk/stores/towns/", towns.towns, name="towns"),
    path("desk/stores/new/", store.new_place, name="new_place"),
    path("desk/stores/change/", stores.edit_places, name="edit_places"),
    path(
        "desk/stores/changes/<int:edit_id>/undo/",
        stores.undo_places,
        name="undo_places",
    ),
    path(_store, store.place, name="place"),
    path(f"{_store}poster/", store.poster, name="poster"),
    path(f"{_store}close/", store.close_place, name="close_place"),
    path(f"{_store}open/", store.open_place, name="open_place"),
    path(f"{_store}rooms/", rooms.new_room, name="new_room"),
    path(_room, rooms.room, name="room"),
    path(f"{_room}retire/", rooms.retire, name="retire_room"),
    path(f"{_room}restore/", rooms.restore, name="restore_room"),
    path("desk/legal/", legal.legal_pages, name="legal_pages"),
    path(_legal, legal.legal_page, name="legal_page"),
    path(f"{_legal}preview/", legal.preview_legal, name="preview_legal"),
    path(f"{_legal}restore/", legal.restore_legal, name="restore_legal"),
    path(f"{_legal}<int:legal_version>/", legal.legal_version, name="legal_version"),
    path("desk/imports/", imports.imports, name="imports"),
    path("desk/imports/export/<slug:exported_kind>/", imports.export, name="export"),
    path(_import, imports.run_page, name="import"),
    path(f"{_import}progress/", imports.progress, name="import_progress"),
    path(f"{_import}columns/", imports.choose_columns, name="import_columns"),
    path(f"{_import}write/", imports.write, name="write_import"),
    path(f"{_import}invite/", imports.invite, name="invite_imported"),
    path(f"{_import}undo/", imports.undo, name="undo_import"),
    path(f"{_import}stop/", imports.stop, name="stop_import"),
    path(f"{_import}refused/", imports.refused, name="import_refused"),
    path("desk/hours/", hours.hours, name="hours"),
    path(f"{_agenda}week/", week_hours.edit_hours, name="edit_hours"),
    path(f"{_agenda}days/<str:day>/", week_hours.edit_day, name="edit_day"),
    path(f"{_agenda}stores/", team.postings, name="postings"),
    path(f"{_agenda}clocks/", hours.clock_changes, name="clock_changes"),
]
# A brand's slug matches anything: our own first segments come before it.
urlpatterns: list[URLPattern | URLResolver] = [*staff_urlpatterns, *customer_urls]
