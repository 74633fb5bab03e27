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
from booking.desk.meanwhile import first_shown, line_of, shown_now
from booking.desk.offer_forms import OfferForm
from booking.door import for_desk, for_staff, leads_brand, page_context, store_in_view
from booking.errors import OfferRefused, StaleVersion
from booking.once import once_only
from booking.rota.offers import drop_store_offer, rules_of_topic, set_offer
from booking.shown import AS_SHOWN, as_shown_in
from stores.access import topics_of
from stores.accounts.workplace import Workplace
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
@once_only
def edit_offer(
    request: HttpRequest, workplace: Workplace, topic_id: int, channel: str
) -> HttpResponse:
    """The store's rule. POST `do=brand` asks whether to give it up, `do=follow` does,
    and anything else writes it."""
    topic, by = queries.topic_and_channel(workplace.brand, topic_id, channel)
    if not workplace.sees_whole_store:
        raise PermissionDenied
    store = store_in_view(request, workplace)
    known = queries.rules_of(store)
    brands, own = known.get((topic.pk, by), (None, None))
    context = _context(request, workplace, store, topic, by, of_store=store)
    context |= {"own": own, "brands": brands}
    if request.POST.get("do") in ("brand", "follow") and own is not None:
        return _follow(request, context, own)
    return _answer(
        request, {**context, "form": _form(request, own or brands, workplace)}
    )


def _follow(request: HttpRequest, context: dict[str, Any], own: Offer) -> HttpResponse:
    """Asks first: both rules side by side, and the visits that are booked."""
    page, shown = "booking/desk/follow_brand.html", as_shown_in(request.POST)
    if request.POST.get("do") != "follow":
        return render(request, page, {**context, **first_shown(_rules_now(context))})
    try:
        drop_store_offer(offer=own, as_shown=shown)
    except StaleVersion:
        context |= shown_now(_lines_now(context), _rules_now(context))
        return render(request, page, context, status=HTTPStatus.CONFLICT)
    messages.success(request, _("The store follows the brand’s rule again."))
    return redirect(context["back"])


def _rules_now(context: dict[str, Any]) -> list[Offer]:
    return rules_of_topic(context["topic"], context["channel"], context["of_store"])


def _lines_now(context: dict[str, Any]) -> list[str]:
    """The rules that stand now, the brand's first."""
    workplace: Workplace = context["workplace"]
    kinds, lines = resource_kinds(workplace.brand), []
    for offer in sorted(_rules_now(context), key=lambda offer: offer.store_id or 0):
        whose = context["store"].name if offer.store_id else workplace.brand.name
        lines.append(line_of(OfferForm(offer=offer, kinds=kinds), whose))
    return lines


@require_http_methods(["GET", "POST"])
@for_staff
@once_only
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
        return render(request, page, {**context, **first_shown(_rules_now(context))})
    context[AS_SHOWN] = request.POST.get(AS_SHOWN, "")
    if form.is_valid():
        try:
            set_offer(
                topic=context["topic"],
                channel=context["channel"],
                store=context["of_store"],
                terms=form.terms(),
                as_shown=as_shown_in(request.POST),
            )
        except StaleVersion:
            context |= shown_now(_lines_now(context), _rules_now(context))
            return render(request, page, context, status=HTTPStatus.CONFLICT)
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
