from django.urls import URLPattern, URLResolver, path

from video.api.sessions import QualityView, SessionsView, SessionView

app_name = "video_api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms/<uuid:room_id>/sessions", SessionsView.as_view(), name="sessions"),
    path("rooms/<uuid:room_id>/quality", QualityView.as_view(), name="quality"),
    path(
        "rooms/<uuid:room_id>/sessions/<str:session>",
        SessionView.as_view(),
        name="session",
    ),
]
