"""The link of the set-up page: the shop tries its own page as a customer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.services.trials import brand_of_trial, note_opened, remember_trial


@never_cache
@require_safe
def open_trial(request: HttpRequest, trial_token: str) -> HttpResponse:
    """On to the brand's first page; what this browser books there is a trial."""
    brand = brand_of_trial(trial_token)
    if brand is None:
        raise Http404
    note_opened(brand, timezone.now())
    response = redirect("booking:stores", brand.slug)
    remember_trial(response, brand, trial_token)
    return response
