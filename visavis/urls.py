"""Every address of Visavis. A brand's slug comes last: what stands before it is
reserved by a constraint on Brand."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from visavis import health
from visavis.reports import pages as reports
from visavis.schema import SchemaView

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("visavis.accounts.urls")),
    path("", include("visavis.setup.urls")),
    path("desk/measures/", reports.measures, name="measures"),
    path("desk/measures.csv", reports.measures_file, name="measures_file"),
    path("api/v1/schema/", SchemaView.as_view(), name="schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="schema", template_name="api_docs.html"
        ),
        name="api_docs",
    ),
    path("api/v1/", include("video.api.urls")),
    path("api/v1/", include("booking.api.urls")),
    path("api/v1/", include("notifications.api_urls")),
    path("", include("stores.urls")),
    path("", include("notifications.urls")),
    path("", include("video.urls")),
    path("", include("booking.urls")),
]

handler400 = "visavis.errors.bad_request"
handler403 = "visavis.errors.forbidden"
handler404 = "visavis.errors.not_found"
handler429 = "visavis.errors.too_many_requests"
handler500 = "visavis.errors.server_error"
