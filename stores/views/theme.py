"""A brand's colours as a style sheet: the policy allows no inline style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import conditional_page, require_safe

from stores.access import brand_for_slug

PROPERTIES = (
    "brand", "hover", "soft", "on", "brand-d", "hover-d", "soft-d", "on-d", "plate-d",
)  # fmt: skip
"""Keys of Brand.theme; site.css reads each as `--t-<key>`, `-d` in the dark."""

_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")


def theme_css(theme: Mapping[str, object], selector: str = ":root") -> str:
    """Only known keys and plain hexadecimal colours: anything else is left out."""
    found = colours_of(theme, PROPERTIES).items()
    return f"{selector}{{{''.join(f'--t-{key}:{value};' for key, value in found)}}}\n"


def colours_of(theme: Mapping[str, object], keys: Iterable[str]) -> dict[str, str]:
    """Those of the keys under which a plain hexadecimal colour stands."""
    found = {key: str(theme.get(key, "")) for key in keys}
    return {key: value for key, value in found.items() if _COLOUR.fullmatch(value)}


@require_safe
@conditional_page
def theme(request: HttpRequest, brand: str) -> HttpResponse:
    """GET `/<brand>/theme.css`: the same for everybody, kept for five minutes."""
    css = theme_css(brand_for_slug(brand).theme)
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response
