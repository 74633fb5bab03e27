"""The page of measures and its file: GET only, for managers and admins."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from booking.door import for_desk, page_context, store_in_view
from booking.reports import queries
from booking.reports.queries import Scope
from notifications.models import Delivery
from notifications.outbox.facts import messages_of
from stores.access import topics_of
from stores.accounts.workplace import Workplace
from stores.models import Channel, Store
from visavis.reports import charts
from visavis.reports.figures import Share, share
from visavis.reports.heat import heat_of, is_alone
from visavis.reports.tables import Table, tables

PERIODS = {7: gettext_lazy("7 days"), 30: gettext_lazy("30 days"),
           91: gettext_lazy("13 weeks"), 365: gettext_lazy("A year")}  # fmt: skip
USUAL = 30
MOST_STORES = 60


class ScopeForm(forms.Form):
    """Values that make no sense are as if not given: an address is a link that somebody
    kept."""

    days = forms.TypedChoiceField(coerce=int, choices=list(PERIODS.items()))
    whole = forms.BooleanField(required=False)
    channel = forms.ChoiceField(choices=Channel.choices)
    topic = forms.IntegerField()


@require_GET
@for_desk
def measures(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    scope = scope_of(request, workplace, store)
    context = page_context(request, workplace, store, "measures")
    context |= {"scope": scope, "periods": PERIODS, **_asked(scope, workplace)}
    written = queries.days_written(scope)
    if written is not None:
        context |= _measured(scope)
    context["written"] = written
    return render(request, "visavis/measures.html", context)


@require_GET
@for_desk
def measures_file(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """The tables of the page, number for number."""
    scope = scope_of(request, workplace, store_in_view(request, workplace))
    alone = is_alone(scope)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"visavis-{scope.first}-{scope.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    file = csv.writer(response, delimiter=";")
    for table in tables(scope, alone=alone):
        file.writerow([table.title, *table.heads])
        for row in table.rows:
            file.writerow(["", row.label.lstrip("=+-@\t"), *row.cells])
    return response


def scope_of(request: HttpRequest, workplace: Workplace, store: Store) -> Scope:
    """The store in view, or with `?whole=1` all that the workplace looks after."""
    form = ScopeForm(request.GET)
    form.is_valid()
    asked: dict[str, Any] = form.cleaned_data
    last = timezone.now().astimezone(store.zone).date() - dt.timedelta(days=1)
    days = asked.get("days") or USUAL
    stores = [store]
    if asked.get("whole") and workplace.store is None:
        stores = workplace.some_stores
    whole_brand = asked.get("whole") and workplace.sees_whole_brand
    topics = {topic.pk: topic for topic in topics_of(workplace.brand)}
    return Scope(
        brand=workplace.brand,
        first=last - dt.timedelta(days=days - 1),
        last=last,
        stores=None if whole_brand else stores[:MOST_STORES],
        topic=topics.get(asked.get("topic") or 0),
        channel=asked.get("channel") or "",
    )


def _asked(scope: Scope, workplace: Workplace) -> dict[str, object]:
    several = workplace.store is None and len(workplace.some_stores) > 1
    return {
        "days": (scope.last - scope.first).days + 1,
        "whole": scope.stores is None or len(scope.stores) > 1,
        "several": several,
        "topics": topics_of(workplace.brand),
        "channels": {
            Channel.VIDEO: _("Video"),
            Channel.CALLBACK: _("Telephone"),
            Channel.IN_STORE: _("In store"),
        },
    }


def _measured(scope: Scope) -> dict[str, object]:
    alone = is_alone(scope)
    found = tables(scope, alone=alone)
    return {
        "alone": alone,
        "keys": _keys(scope, alone=alone),
        "heat": heat_of(scope),
        "weeks": found[0],
        "weeks_chart": charts.line([(row.label, row.percent) for row in found[0].rows]),
        "channels_table": found[1],
        "channels_chart": _bars(found[1]),
        "others": found[2:],
        "failed": _failed(scope),
    }


def _failed(scope: Scope) -> list[tuple[str, Share]]:
    names = {Delivery.Channel.EMAIL: _("E-mails"), Delivery.Channel.SMS: _("Texts")}
    found = messages_of(scope.brand, scope.stores, scope.first, scope.last)
    return [
        (names[Delivery.Channel(channel)], share(dead, sent + dead))
        for channel, sent, dead in found
    ]


def _bars(table: Table) -> str:
    return charts.bars([(row.label, row.number) for row in table.rows])


def _keys(scope: Scope, *, alone: bool) -> list[tuple[str, Share, str]]:
    """The figures on top; each with the one of as many days before."""
    now, before = queries.totals(scope), queries.totals(scope.before)
    wanted = [
        (_("Kept"), "kept", "due"),
        (_("On time"), "on_time", "due"),
        (_("Customer missed"), "missed_by_customer", "due"),
        (_("Missed by us"), "missed_by_staff", "due"),
        (_("Booked of the hours"), "minutes", "present"),
    ]
    if alone:
        wanted = [one for one in wanted if one[1] not in ("on_time", "missed_by_staff")]
    if scope.topic is not None or scope.channel:
        # Hours are those of people, not of a topic.
        wanted = wanted[:-1]
    keys = []
    for label, part, whole in wanted:
        found = share(now[part], now[whole])
        if whole == "present":
            hours = _("%(hours)d of %(whole)d hours") % {
                "hours": now[part] // 60,
                "whole": now[whole] // 60,
            }
            found = Share(found.words, hours, found.percent)
        keys.append((label, found, share(before[part], before[whole]).words))
    return keys
