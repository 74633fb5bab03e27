"""My visits in my own calendar program: a page for the address, and the feed."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_safe,
)

from booking.access import feed_for_token, feed_of
from booking.calendars.feeds import close_feed, open_feed, token_of_feed
from booking.calendars.ical import feed_file
from booking.door import Question, ask_first, for_staff, page_context, store_in_view
from booking.once import once_only
from booking.queries import visits_of_feed
from booking.visitors import see_other
from stores.accounts.workplace import Workplace
from stores.models import StaffMember


@require_GET
@for_staff
def my_calendar(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """The address, to be copied; or what it would be for."""
    feed = feed_of(_myself(workplace))
    url = ""
    if feed is not None:
        url = _site() + reverse("booking:feed", args=[token_of_feed(feed)])
    store = store_in_view(request, workplace)
    context = page_context(request, workplace, store, "calendar") | {"feed_url": url}
    return render(request, "booking/staff/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@once_only
def open_calendar(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Makes the address, or a new one in its place; a second tap closes nothing. GET
    asks first where there is one."""
    member = _myself(workplace)
    if request.method != "POST":
        button = _("Make a new address")
        return _ask(request, workplace, _("Make a new address?"), button)
    open_feed(
        staff_member=member,
        language=translation.get_language() or "fr",
        now=timezone.now(),
    )
    return see_other(reverse("booking:my_calendar"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def close_calendar(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """GET asks; POST closes."""
    if request.method != "POST":
        return _ask(request, workplace, _("Close the address?"), _("Close it"))
    close_feed(staff_member=_myself(workplace))
    return see_other(reverse("booking:my_calendar"))


def _ask(
    request: HttpRequest, workplace: Workplace, title: str, button: str
) -> HttpResponse:
    """Says what both acts end; where no address is open, there is nothing to end."""
    back = reverse("booking:my_calendar")
    if feed_of(_myself(workplace)) is None:
        return redirect(back)
    stops = [
        _("Every calendar program that has today’s address shows no visit any more."),
        _("This cannot be taken back: each of them has to be given another address."),
    ]
    question = Question(title=title, stops=stops, button=button, back=back)
    return ask_first(request, workplace, "calendar", question)


@require_safe
def feed(request: HttpRequest, feed_token: str) -> HttpResponse:
    """The calendar file; 304 while nothing has changed. The token is the only key."""
    found = feed_for_token(feed_token)
    with translation.override(found.language):
        name = _("%(brand)s, my visits") % {"brand": found.brand.name}
        appointments = visits_of_feed(found.staff_member, timezone.now())
        body = feed_file(appointments, name=name, site=_site())
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response


def _myself(workplace: Workplace) -> StaffMember:
    if workplace.staff_member is None:
        raise Http404
    return workplace.staff_member


def _site() -> str:
    return str(settings.SITE_URL).rstrip("/")
