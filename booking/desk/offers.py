"""Topics as they are offered: the brand's rule, and a store's own in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from booking.desk import queries
from booking.desk.offer_forms import OfferForm
from booking.door import for_desk, for_staff, leads_brand, page_context, store_in_view
from booking.errors import OfferRefused
from booking.rota.offers import drop_store_offer, set_offer
from stores.access import Workplace, topics_of
from stores.models import Channel, Offer, Store, Topic
from stores.queries import resource_kinds


@dataclass(frozen=True)
class Rule:
    """The rule at a store for a topic by a channel; `offer` None: nothing yet."""

    topic: Topic
    channel: str
    offer: Offer | None
    is_own: bool


@require_GET
@for_desk
def offers(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    context = {
        **page_context(request, workplace, store, "offers"),
        "stores": workplace.stores,
        "rules": list(_rules(workplace, store)),
    }
    return render(request, "booking/desk/offers.html", context)


def _rules(workplace: Workplace, store: Store) -> Iterator[tuple[Topic, list[Rule]]]:
    known = queries.rules_of(store)
    for topic in topics_of(workplace.brand):
        lines = []
        for channel in Channel.values:
            brands, own = known.get((topic.pk, channel), (None, None))
            lines.append(Rule(topic, channel, own or brands, own is not None))
        yield topic, lines


@require_http_methods(["GET", "POST"])
@for_staff
def edit_offer(
    request: HttpRequest, workplace: Workplace, topic_id: int, channel: str
) -> HttpResponse:
    """The store's rule. POST `do=brand` gives it up, anything else writes it."""
    topic, by = queries.topic_and_channel(workplace.brand, topic_id, channel)
    if not workplace.sees_whole_store:
        raise PermissionDenied
    store = store_in_view(request, workplace)
    known = queries.rules_of(store)
    brands, own = known.get((topic.pk, by), (None, None))
    if request.POST.get("do") == "brand" and own is not None:
        drop_store_offer(offer=own)
        messages.success(request, _("The store follows the brand’s rule again."))
        return redirect(_back(store))
    form = _form(request, own or brands, workplace)
    context = _context(request, workplace, store, topic, by, of_store=store)
    return _answer(request, {**context, "form": form, "own": own, "brands": brands})


@require_http_methods(["GET", "POST"])
@for_staff
def edit_brand_offer(
    request: HttpRequest, workplace: Workplace, topic_id: int, channel: str
) -> HttpResponse:
    """The rule of all stores that have none of their own: head office's to write."""
    topic, by = queries.topic_and_channel(workplace.brand, topic_id, channel)
    if not leads_brand(workplace):
        raise PermissionDenied
    store = store_in_view(request, workplace)
    brands, _own = queries.rules_of(store).get((topic.pk, by), (None, None))
    context = {
        **_context(request, workplace, store, topic, by, of_store=None),
        "form": _form(request, brands, workplace),
        "brands": brands,
        "apart": queries.own_rules(workplace.brand, topic, by),
    }
    return _answer(request, context)


def _form(request: HttpRequest, offer: Offer | None, workplace: Workplace) -> OfferForm:
    sent = request.POST if request.method == "POST" else None
    return OfferForm(sent, offer=offer, kinds=resource_kinds(workplace.brand))


def _context(
    request: HttpRequest,
    workplace: Workplace,
    store: Store,
    topic: Topic,
    channel: Channel,
    *,
    of_store: Store | None,
) -> dict[str, Any]:
    ahead = queries.visits_ahead(
        workplace.brand, topic, channel, of_store, timezone.now()
    )
    return {
        **page_context(request, workplace, store, "offers"),
        "topic": topic,
        "channel": channel,
        "of_store": of_store,
        "ahead": ahead,
        "back": _back(store),
    }


def _back(store: Store) -> str:
    return f"{reverse('booking:offers')}?store={store.pk}"


def _answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    page, form = "booking/desk/offer.html", context["form"]
    if request.method == "GET":
        return render(request, page, context)
    if form.is_valid():
        try:
            set_offer(
                topic=context["topic"],
                channel=context["channel"],
                store=context["of_store"],
                terms=form.terms(),
            )
        except OfferRefused as refusal:
            form.add_error(refusal.field, _("This does not go together."))
        else:
            messages.success(request, _said(context["ahead"]))
            return redirect(context["back"])
    return render(request, page, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _said(ahead: int) -> str:
    written = _("The rule is written.")
    if not ahead:
        return written
    return written + " " + _("Booked visits stay as they are: %(count)d.") % {
        "count": ahead
    }  # fmt: skip
