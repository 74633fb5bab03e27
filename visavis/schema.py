"""The description of the API, and what drf-spectacular cannot read from the code."""

from __future__ import annotations

import threading
from typing import Any

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

from booking.visitors import LINKS_COOKIE


class OnceGenerator(SchemaGenerator):
    """Makes the description once per language and process. The library keeps what it
    finds on the views themselves, so two requests at once would take it apart."""

    made: dict[str, Any] = {}
    making = threading.Lock()

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        language = translation.get_language() or ""
        with self.making:
            if language not in self.made:
                made = super().get_schema(request, public)  # type: ignore[no-untyped-call]  # untyped there
                self.made[language] = made
        return self.made[language]


class SchemaView(SpectacularAPIView):
    """GET `/api/v1/schema/`: public, so the same for everybody; one version."""

    generator_class = OnceGenerator
    api_version = "1"


class VisitorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The cookie that the permanent link sets; staff send their session instead."""

    target_class = "video.api.sessions.VisitorAuthentication"
    name = "permanentLink"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": LINKS_COOKIE}
