"""The page of the search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from booking.door import for_staff, page_context, store_in_view
from booking.staff.search import queries
from stores.accounts.workplace import Workplace

LONGEST = 100


@require_GET
@for_staff
def search(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """GET `?q=…`: what the workplace may open, at most twenty of a kind."""
    store, now = store_in_view(request, workplace), timezone.now()
    typed = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]
    enough = len(typed) >= queries.SHORTEST
    context = page_context(request, workplace, store, "search") | {"q": typed}
    if enough:
        context |= {
            "visits": queries.visits(workplace, typed, region=store.country, now=now),
            "people": queries.people(workplace, typed),
            "places": queries.stores(workplace, typed),
            "topics": queries.topics(workplace, typed),
        }
    context |= {"enough": enough, "most": queries.MOST, "now": now}
    return render(request, "booking/staff/search.html", context)
