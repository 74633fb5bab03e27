"""The link of the set-up page: the shop tries its own page as a customer.

The browser that came by it carries a cookie below the brand's address; whatever it
books there is marked.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.services.trials import LASTS, brand_of_trial, note_opened
from stores.models import Brand

COOKIE = "trial"


@never_cache
@require_safe
def open_trial(request: HttpRequest, trial_token: str) -> HttpResponse:
    """On to the brand's first page; what this browser books there is a trial."""
    brand = brand_of_trial(trial_token)
    if brand is None:
        raise Http404
    note_opened(brand, timezone.now())
    response = redirect("booking:front", brand.slug)
    response.set_cookie(
        COOKIE,
        trial_token,
        max_age=int(LASTS.total_seconds()),
        path=f"/{brand.slug}/",
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )
    return response


def is_trial(request: HttpRequest, brand: Brand) -> bool:
    """True if this browser came by the brand's own link."""
    token = request.COOKIES.get(COOKIE, "")
    found = brand_of_trial(token) if token else None
    return found is not None and found.pk == brand.pk
