from django.urls import URLPattern, URLResolver

app_name = "video_api"
urlpatterns: list[URLPattern | URLResolver] = []
