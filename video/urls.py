from django.urls import URLPattern, URLResolver, path

from video.views import customer, guest, staff, staff_actions

app_name = "video"
appointment = "<slug:brand_slug>/appointments/<uuid:appointment_id>"
staff_room = "staff/rooms/<uuid:room_id>"
urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "staff/appointments/<uuid:appointment_id>/room/",
        staff.enter_staff,
        name="enter_staff",
    ),
    path(f"{staff_room}/", staff.room, name="staff_room"),
    path(f"{staff_room}/door/", staff.door, name="door"),
    path(f"{staff_room}/support/", staff.support, name="support"),
    path(f"{staff_room}/admit/", staff_actions.admit, name="admit"),
    path(f"{staff_room}/hold/", staff_actions.hold, name="hold"),
    path(f"{staff_room}/refuse/", staff_actions.refuse, name="refuse"),
    path(f"{staff_room}/remove/", staff_actions.remove, name="remove"),
    path(f"{staff_room}/invite/", staff_actions.invite, name="staff_invite"),
    path(f"{staff_room}/phone/", staff_actions.by_phone, name="staff_by_phone"),
    path("r/guest/<str:token>/", guest.invitation, name="invitation"),
    path(f"{appointment}/guest/", guest.waiting, name="guest"),
    path(f"{appointment}/guest/state/", guest.state, name="guest_state"),
    path(f"{appointment}/guest/join/", guest.join, name="guest_join"),
    path(f"{appointment}/guest/here/", guest.here, name="guest_here"),
    path(f"{appointment}/guest/room/", guest.room, name="guest_room"),
    path(f"{appointment}/device/", customer.device, name="device"),
    path(f"{appointment}/waiting/", customer.waiting, name="waiting"),
    path(f"{appointment}/waiting/state/", customer.state, name="waiting_state"),
    path(f"{appointment}/waiting/join/", customer.join, name="join"),
    path(f"{appointment}/waiting/here/", customer.here, name="here"),
    path(f"{appointment}/room/", customer.room, name="room"),
    path(f"{appointment}/room/invite/", customer.invite, name="invite"),
    path(f"{appointment}/room/phone/", customer.by_phone, name="by_phone"),
]
