from django.urls import URLPattern, URLResolver

app_name = "video"
urlpatterns: list[URLPattern | URLResolver] = []
