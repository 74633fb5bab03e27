from django.urls import path

from stores.views import files, home, theme

app_name = "stores"
urlpatterns = [
    path("", home.home, name="home"),
    path("files/<uuid:file_id>", files.file, name="file"),
    path("<slug:brand>/theme.css", theme.theme, name="theme"),
]
