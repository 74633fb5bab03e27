from django.urls import URLPattern, URLResolver, path

from video.views import customer, staff

app_name = "video"
appointment = "<slug:brand_slug>/appointments/<uuid:appointment_id>"
urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "staff/appointments/<uuid:appointment_id>/room/",
        staff.enter_staff,
        name="enter_staff",
    ),
    path("staff/rooms/<uuid:room_id>/", staff.room, name="staff_room"),
    path("staff/rooms/<uuid:room_id>/door/", staff.door, name="door"),
    path("staff/rooms/<uuid:room_id>/admit/", staff.admit, name="admit"),
    path(f"{appointment}/device/", customer.device, name="device"),
    path(f"{appointment}/waiting/", customer.waiting, name="waiting"),
    path(f"{appointment}/waiting/state/", customer.state, name="waiting_state"),
    path(f"{appointment}/waiting/join/", customer.join, name="join"),
    path(f"{appointment}/waiting/here/", customer.here, name="here"),
    path(f"{appointment}/room/", customer.room, name="room"),
]
