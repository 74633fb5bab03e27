"""The widget: where it may stand, how it looks there, and the code for the site."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.desk.meanwhile import first_shown, shown_now
from booking.desk.people.store_choice import stores_to_choose
from booking.desk.places.rights import for_leader, places_context
from booking.desk.widget.forms import WORDS, LookForm, SitesForm
from booking.errors import StaleVersion
from booking.once import once_only
from booking.shown import as_shown_in
from booking.widget.asked import Asked
from stores.access import topics_of
from stores.accounts.workplace import Workplace
from stores.editing.brand_edits import set_widget_sites, sites_in
from stores.errors import SiteRefused


@csp_update({"frame-src": [SELF]})
@require_http_methods(["GET", "POST"])
@for_leader
@once_only
def widget(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST writes the list of sites; GET draws the widget as its query says."""
    if request.method == "GET":
        return _page(request, workplace)
    form, shown = SitesForm(request.POST), as_shown_in(request.POST)
    more: dict[str, Any] = {}
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if form.is_valid():
            set_widget_sites(
                brand=workplace.brand,
                sites=sites_in(form.cleaned_data["sites"]),
                check=lambda row: shown.check(row.widget_sites) if shown else None,
            )
            messages.success(request, _("The list is written. It holds from now on."))
            return redirect("booking:widget")
    except SiteRefused as refusal:
        form.refuse(refusal)
    except StaleVersion:
        workplace.brand.refresh_from_db()
        sites = workplace.brand.widget_sites
        more, status = shown_now(sites, sites), HTTPStatus.CONFLICT
    return _page(request, workplace, form, status=status, **more)


def _page(
    request: HttpRequest,
    workplace: Workplace,
    sites: SitesForm | None = None,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    brand = workplace.brand
    wanted = request.GET.get("at", "")
    needed = [int(wanted)] if wanted.isascii() and wanted.isdecimal() else []
    choice = stores_to_choose(request, workplace, needed if len(wanted) < 19 else [])
    topics = topics_of(brand)
    look = LookForm(request.GET, brand=brand, stores=choice.stores, topics=topics)
    chosen = look.chosen
    asked = Asked(
        brand,
        next((one for one in choice.stores if str(one.pk) == chosen["at"]), None),
        next((one for one in topics if one.slug == chosen["topic"]), None),
        chosen["channel"],
    )
    anchor = _anchor(asked, chosen)
    address = settings.SITE_URL.rstrip("/") + reverse("booking:widget_script")
    context = {
        **places_context(request, workplace),
        **first_shown(brand.widget_sites),
        "page": "widget",
        "sites": sites or SitesForm(initial={"sites": "\n".join(brand.widget_sites)}),
        "choice": choice,
        "look": look,
        "anchor": anchor,
        "code": format_html('<script src="{}" defer></script>\n{}', address, anchor),
        **more,
    }
    return render(request, "booking/desk/widget/widget.html", context, status=status)


def _anchor(asked: Asked, chosen: dict[str, str]) -> SafeString:
    """The link as it stands on the site: a link for all who run no script."""
    page = settings.SITE_URL.rstrip("/") + asked.page
    facts = {
        "-store": asked.store.slug if asked.store else "",
        "-topic": asked.topic.slug if asked.topic else "",
        "-channel": asked.channel,
        "-form": chosen["look"] or LookForm.INLINE,
        "-lang": chosen["language"],
    }
    said = format_html_join(
        "",
        ' data-visavis{}="{}"',
        [("", asked.brand.slug), *((n, value) for n, value in facts.items() if value)],
    )
    words = chosen["words"] or WORDS
    return format_html('<a href="{}"{}>{}</a>', page, said, words)
