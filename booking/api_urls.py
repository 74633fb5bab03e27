from django.urls import URLPattern, URLResolver

app_name = "booking_api"
urlpatterns: list[URLPattern | URLResolver] = []
