"""The list of topics: their order, and those that are retired."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.desk.topics import queries
from booking.door import for_head_office, for_topic, page_context, store_in_view
from booking.once import once_only
from stores.access import offers_for_store
from stores.accounts.workplace import Workplace
from stores.editing.topic_edits import place_topic, restore_topics, retire_topics
from stores.models import Store, Topic
from stores.texts import in_language


@require_GET
@for_head_office
def topics(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    store = store_in_view(request, workplace)
    lines = queries.lines_of(workplace.brand)
    context = {
        **page_context(request, workplace, store, "topics"),
        "lines": lines,
        "last": len(lines) - 1,
        "missing": [
            (line, *queries.some(line.missing)) for line in lines if line.missing
        ],
        "retired": queries.retired_of(workplace.brand, timezone.now()),
        "preview": _as_customers_see(store),
    }
    return render(request, "booking/desk/topics/list.html", context)


def _as_customers_see(store: Store) -> list[tuple[str, int, int]]:
    """Name, least and most minutes of each topic at the store, in the main language."""
    main, lengths = store.brand.main_language, dict[Topic, list[int]]()
    for offer in offers_for_store(store):
        lengths.setdefault(offer.topic, []).append(offer.duration)
    return [
        (in_language(topic.name, "", main), min(minutes), max(minutes))
        for topic, minutes in sorted(lengths.items(), key=lambda one: one[0].position)
    ]


@require_POST
@for_topic
def place(request: HttpRequest, workplace: Workplace, topic: Topic) -> HttpResponse:
    """Puts it at the place that the button names, from 0 on; saved at once. A second
    tap asks for the same place and finds it there."""
    wanted = request.POST.get("place", "")
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 5:
        number = place_topic(topic=topic, place=int(wanted))
        words = _("Order saved: “%(topic)s” is number %(number)d now.")
        messages.success(request, words % {"topic": topic.label, "number": number + 1})
    return redirect(back_to_list(request, workplace))


@require_http_methods(["GET", "POST"])
@for_topic
@once_only
def retire(request: HttpRequest, workplace: Workplace, topic: Topic) -> HttpResponse:
    """GET says what is still booked; POST retires."""
    now = timezone.now()
    if request.method == "POST":
        retire_topics(brand=workplace.brand, topics=[topic], now=now)
        words = _("“%(topic)s” is retired. What is booked stays.")
        messages.success(request, words % {"topic": topic.label})
        return redirect(back_to_list(request, workplace))
    visits, ahead = queries.visits_of(topic, now)
    context: dict[str, Any] = {
        **page_context(request, workplace, store_in_view(request, workplace), "topics"),
        "topic": topic,
        "visits": visits,
        "ahead": ahead,
        "more": ahead - len(visits),
    }
    return render(request, "booking/desk/topics/retire.html", context)


@require_POST
@for_topic
@once_only
def restore(request: HttpRequest, workplace: Workplace, topic: Topic) -> HttpResponse:
    restore_topics(brand=workplace.brand, topics=[topic])
    words = _("“%(topic)s” is offered again, as it was.")
    messages.success(request, words % {"topic": topic.label})
    return redirect(back_to_list(request, workplace))


def back_to_list(request: HttpRequest, workplace: Workplace) -> str:
    store = store_in_view(request, workplace)
    return f"{reverse('booking:brand_topics')}?store={store.pk}"
