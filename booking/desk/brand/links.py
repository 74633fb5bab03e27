"""Short links of the brand: chosen, printed with their square, and retired."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from booking.desk.places.rights import for_leader, places_context
from booking.door import Handing, for_member, leads_brand
from booking.fields import INPUT
from booking.front import queries
from booking.front.links import address_of, make_link, retire_link
from booking.models import ShortLink
from booking.once import once_only
from booking.wording import channel_question
from stores import access
from stores.accounts.workplace import Workplace
from stores.models import Brand, Channel


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=forms.Select(INPUT))


class LinkForm(forms.Form):
    """Each answer that the link knows; what is left open is asked of the customer."""

    store = _choice(gettext_lazy("Store"))
    topic = _choice(gettext_lazy("Topic"))
    channel = _choice(gettext_lazy("How"))
    staff_member = _choice(gettext_lazy("Person"))

    def __init__(self, sent: Any = None, *, brand: Brand, store_id: int | None) -> None:
        super().__init__(sent, initial={"store": store_id})
        self.rows: dict[str, dict[str, Any]] = {}
        self._offer("store", queries.stores_to_choose(brand, store_id))
        self._offer("topic", queries.topics_to_choose(brand))
        self._offer("staff_member", queries.people_to_choose(brand))
        ways = [(code, channel_question(code)) for code in Channel.values]
        self._set("channel", ways)

    def _offer(self, name: str, rows: list[Any]) -> None:
        self.rows[name] = {str(row.pk): row for row in rows}
        self._set(name, [(str(row.pk), str(row)) for row in rows])

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        asked = ("", _("Left open"))
        self.fields[name].choices = [asked, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Rows instead of their ids. Whoever opens the link must find what it names."""
        data = super().clean() or {}
        for name, rows in self.rows.items():
            data[name] = rows.get(data.get(name, ""))
        store, person = data["store"], data["staff_member"]
        if store and person and not access.works_at(store, person):
            self.add_error("staff_member", _("This person does not work there."))
        if store and not self._is_offered(data):
            self.add_error("topic", _("This is not offered at that store."))
        return data

    def _is_offered(self, data: dict[str, Any]) -> bool:
        topic, channel = data["topic"], data.get("channel")
        return not (topic or channel) or any(
            (not topic or offer.topic_id == topic.pk)
            and (not channel or offer.channel == channel)
            for offer in access.offers_for_store(data["store"])
        )


def _link_for_desk(workplace: Workplace, link_id: int) -> ShortLink:
    link = queries.link_of_brand(workplace.brand, link_id)
    if link is None:
        raise Http404
    return link


for_link = Handing("link_id", _link_for_desk, leads_brand, for_member)


@require_http_methods(["GET", "POST"])
@for_leader
@once_only
def short_links(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST makes one, and shows its square."""
    brand = workplace.brand
    given = request.GET.get("store", "")
    store_id = access.written_id(given) if given else None
    sent = request.POST if request.method == "POST" else None
    form = LinkForm(sent, brand=brand, store_id=store_id)
    if form.is_valid():
        link = make_link(brand=brand, **form.cleaned_data, now=timezone.now())
        return redirect("booking:short_link_page", link.pk)
    context = {
        **_context(request, workplace),
        "form": form,
        "links": [
            (link, named(link), address_of(link))
            for link in queries.links_of_brand(brand)
        ],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "booking/desk/brand/links.html", context, status=status)


@require_safe
@for_link
def short_link_page(
    request: HttpRequest, workplace: Workplace, link: ShortLink
) -> HttpResponse:
    """The address, and a page of A4 with its square."""
    context = {
        **_context(request, workplace),
        "link": link,
        "named": named(link),
        "address": address_of(link),
        "languages": [c for c in ("fr", "en") if c in workplace.brand.languages],
    }
    return render(request, "booking/desk/brand/link.html", context)


@require_POST
@for_link
def retire_short_link(
    request: HttpRequest, workplace: Workplace, link: ShortLink
) -> HttpResponse:
    retire_link(link=link, now=timezone.now())
    words = _("This link leads to your first page from now on.")
    messages.success(request, words)
    return redirect("booking:short_links")


def _context(request: HttpRequest, workplace: Workplace) -> dict[str, Any]:
    return {**places_context(request, workplace), "page": "links"}


def named(link: ShortLink) -> str:
    """Lille · Premier vélo · En visio · Inès"""
    way = channel_question(link.channel, link.store) if link.channel else ""
    parts = [link.store, link.topic, way, link.staff_member]
    return " · ".join(str(part) for part in parts if part) or _("The first page")
