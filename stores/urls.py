from django.urls import path

from stores.views import theme

app_name = "stores"
urlpatterns = [
    path("<slug:brand>/theme.css", theme.theme, name="theme"),
]
