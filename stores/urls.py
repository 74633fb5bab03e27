from django.urls import path

from stores.views import files, home, legal, theme

app_name = "stores"
urlpatterns = [
    path("", home.home, name="home"),
    path("files/<uuid:file_id>", files.file, name="file"),
    path("<slug:brand>/legal/<slug:legal_kind>/", legal.legal, name="legal"),
    path("<slug:brand>/theme.css", theme.theme, name="theme"),
]
