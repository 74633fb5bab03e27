"""The start page of the whole house."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stores.access import brands_open_to_all


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """In development every brand with its doors; in production nobody learns here who
    else is a tenant, so the page only says where links come from."""
    brands = brands_open_to_all() if settings.DEBUG else []
    return render(request, "stores/home.html", {"brands": brands})
