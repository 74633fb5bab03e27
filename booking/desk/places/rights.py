"""The door of the pages of stores. None of them reads all stores of a brand."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from booking.access import room_for_desk, store_for_desk
from booking.door import (
    Handing,
    StaffView,
    for_desk,
    for_member,
    leads_brand,
    manages,
)
from stores.accounts.workplace import Workplace
from stores.models import Store

P = ParamSpec("P")


def for_places(view: StaffView[P]) -> Callable[..., HttpResponse]:
    """As `for_desk`, also for a brand or region without a store yet."""

    @for_member
    @wraps(view)
    def door(
        request: HttpRequest, workplace: Workplace, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not workplace.sees_whole_store:
            return for_desk(view)(request, *args, **kwargs)
        return view(request, workplace, *args, **kwargs)

    return door


def for_leader(view: StaffView[P]) -> Callable[..., HttpResponse]:
    """For admins of the brand: others see their stores, and change none."""

    @for_places
    @wraps(view)
    def door(
        request: HttpRequest, workplace: Workplace, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not leads_brand(workplace):
            raise PermissionDenied
        return view(request, workplace, *args, **kwargs)

    return door


for_store = Handing("store_id", store_for_desk, manages, for_member)
for_room = Handing("room_id", room_for_desk, manages, for_member)


def places_context(
    request: HttpRequest, workplace: Workplace, store: Store | None = None
) -> dict[str, Any]:
    """The context of staff_base.html where no store need be in view."""
    shown = store or workplace.store
    return {
        "workplace": workplace,
        "brand": workplace.brand,
        "store": shown,
        "page": "places",
        "leads_brand": leads_brand(workplace),
        "workplaces": workplace.all_of_user,
        "here": request.get_full_path(),
        "store_query": f"?store={store.pk}" if store and store.active else "",
    }
