"""Step five: the shop books at its own page, as a customer would."""

from __future__ import annotations

import datetime as dt
import ipaddress
import itertools
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from booking.availability.search import first_by_channel
from booking.desk.setup.queries import Progress
from booking.desk.setup.steps import for_step, step_context
from booking.rota.moving_in import finish_setup
from booking.services.trials import opened_at, remove_trials, trial_url
from stores.accounts.workplace import Workplace
from stores.models import Brand, Channel


@dataclass(frozen=True)
class Line:
    """`at` None: not yet."""

    words: str
    at: dt.datetime | None


@require_http_methods(["GET", "HEAD", "POST"])
@for_step(5)
def trial(
    request: HttpRequest, workplace: Workplace, progress: Progress
) -> HttpResponse:
    """`do=remove` deletes the trial visits, `do=finish` leaves the steps as well."""
    brand = workplace.brand
    if request.method != "POST":
        return _page(request, workplace, progress)
    is_over = request.POST.get("do") == "finish"
    if is_over and (reason := _why_nobody_can_book(progress)):
        return _page(request, workplace, progress, refused=reason)
    removed = remove_trials(brand=brand)
    if is_over:
        finish_setup(brand=brand, now=timezone.now())
        messages.success(request, _("Your page is ready. Customers can book."))
        return redirect("booking:week")
    said = ngettext(
        "%(count)d trial visit is removed.",
        "%(count)d trial visits are removed.",
        removed,
    )
    messages.success(request, said % {"count": removed})
    return redirect("booking:setup_trial")


@require_GET
@for_step(5)
def lines(
    request: HttpRequest, workplace: Workplace, progress: Progress
) -> HttpResponse:
    """The three lines alone, asked again and again while the page is open."""
    context = {"lines": _lines(workplace.brand, progress), "store": progress.store}
    return render(request, "booking/desk/setup/_lines.html", context)


def _why_nobody_can_book(progress: Progress) -> str:
    """Empty where one hour at least is offered, by whatever channel."""
    stores = [progress.store] if progress.store is not None else []
    for store, topic in itertools.product(stores, progress.topics):
        doors = first_by_channel(store=store, topic=topic, now=timezone.now())
        if any(start is not None for _offer, start in doors):
            return ""
    return _(
        "No hour is offered yet: look at the hours, and whether each topic has a way "
        "to talk that the hours serve."
    )


def _lines(brand: Brand, progress: Progress) -> list[Line]:
    visit = progress.trial
    opened = opened_at(brand)
    if visit is None:
        return [
            Line(_("Page opened"), opened),
            Line(_("Trial visit booked"), None),
            Line(_("Room entered, by the link of the message"), None),
        ]
    met = visit.arrived_at or visit.started_at
    last = {
        Channel.VIDEO: _("Room entered, by the link of the message"),
        Channel.CALLBACK: _("Call begun, from the board"),
        Channel.IN_STORE: _("Arrival noted"),
    }
    return [
        Line(_("Page opened"), opened or visit.created_at),
        Line(_("Trial visit booked"), visit.created_at),
        Line(last[Channel(visit.channel)], met),
    ]


def _page(
    request: HttpRequest,
    workplace: Workplace,
    progress: Progress,
    *,
    refused: str = "",
) -> HttpResponse:
    link = trial_url(workplace.brand)
    context = {
        **step_context(workplace, progress, 5),
        "link": link,
        "reaches_phones": not is_of_this_machine(link),
        "lines": _lines(workplace.brand, progress),
        "store": progress.store,
        "trial": progress.trial,
        "refused": refused,
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "booking/desk/setup/trial.html", context, status=status)


def is_of_this_machine(url: str) -> bool:
    """True for an address that only this machine can open."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
