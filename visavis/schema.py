"""What drf-spectacular cannot read from the code."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from booking.access import LINKS_COOKIE


class VisitorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The cookie that the permanent link sets; staff send their session instead."""

    target_class = "video.api.VisitorAuthentication"
    name = "permanentLink"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": LINKS_COOKIE}
