from django.urls import path

from stores.views import home, theme

app_name = "stores"
urlpatterns = [
    path("", home.home, name="home"),
    path("<slug:brand>/theme.css", theme.theme, name="theme"),
]
