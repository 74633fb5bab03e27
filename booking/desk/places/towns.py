"""The towns of a postcode, as a part of the page that asks for an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.desk.places.rights import for_leader
from booking.desk.setup.address import AddressForm
from stores.accounts.workplace import Workplace


@require_safe
@for_leader
def towns(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """GET `?postcode=…&city=…&country=…`: nothing is judged here."""
    return render(
        request, "booking/desk/places/_towns.html", {"form": AddressForm(request.GET)}
    )
