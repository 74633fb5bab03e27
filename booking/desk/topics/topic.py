"""One topic: begun by its name, then written as a whole."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.desk.meanwhile import first_shown, line_of, shown_now
from booking.desk.topics import queries
from booking.desk.topics.forms import NameForm, WholeForm
from booking.desk.topics.preview import preview_of
from booking.desk.topics.row_forms import ChannelForm
from booking.desk.topics.topics import back_to_list
from booking.door import for_head_office, for_topic, page_context, store_in_view
from booking.errors import StaleVersion
from booking.once import once_only
from booking.rota.topics import begin_topic, brands_rules, facts_of, write_topic
from booking.shown import AS_SHOWN, as_shown_in
from stores.accounts.workplace import Workplace
from stores.editing.topics import NewTopic
from stores.errors import TopicRefused
from stores.models import Channel, Topic
from stores.queries import questions_of

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "POST"])
@for_head_office
@once_only
def new_topic(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST makes it with its channels, and leads to all that it can say."""
    sent = request.POST if request.method == "POST" else None
    form = NameForm(sent, brand=workplace.brand)
    rows = [ChannelForm(sent, channel=one, rule=None) for one in Channel.values]
    valid = [part.is_valid() for part in (form, *rows)]
    if sent is not None and all(valid):
        terms = [row.terms() for row in rows]
        minutes = {one.channel.value: one.duration for one in terms if one.offered}
        if minutes:
            new = NewTopic(name=form.written("name"), minutes=minutes)
            topic = begin_topic(brand=workplace.brand, new=new, channels=terms)
            words = _("“%(topic)s” is there. Say here what else belongs to it.")
            messages.success(request, words % {"topic": topic.label})
            return redirect(_address(request, workplace, topic))
        form.add_error(None, _("Tick one way at least to talk about it."))
    context = {
        **page_context(request, workplace, store_in_view(request, workplace), "topics"),
        "form": form,
        "rows": rows,
        "back": back_to_list(request, workplace),
    }
    status = UNPROCESSABLE if sent is not None else HTTPStatus.OK
    return render(request, "booking/desk/topics/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_topic
@once_only
def one_topic(request: HttpRequest, workplace: Workplace, topic: Topic) -> HttpResponse:
    """POST writes all of it, for everybody; booked visits keep what they have."""
    form = _form(request, topic)
    if request.method != "POST":
        return _page(request, workplace, form, **first_shown(*_facts(topic)))
    context: dict[str, Any] = {AS_SHOWN: request.POST.get(AS_SHOWN, "")}
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            write_topic(
                edit=form.edit(),
                channels=form.terms(),
                as_shown=as_shown_in(request.POST),
            )
        except TopicRefused as refusal:
            form.refuse(refusal)
        except StaleVersion:
            context = shown_now(_lines(topic), *_facts(topic))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("It is written."))
            return redirect(_address(request, workplace, topic))
    return _page(request, workplace, form, status=status, **context)


@require_POST
@for_topic
def preview(request: HttpRequest, workplace: Workplace, topic: Topic) -> HttpResponse:
    """The preview of what is typed, and what it would change. Writes nothing."""
    form = _form(request, topic)
    context = {"brand": workplace.brand, "preview": preview_of(form, timezone.now())}
    return render(request, "booking/desk/topics/_preview.html", context)


def _form(request: HttpRequest, topic: Topic) -> WholeForm:
    return WholeForm(
        request.POST if request.method == "POST" else None,
        topic=topic,
        questions=questions_of([topic])[topic.pk],
        rules=brands_rules(topic),
    )


def _facts(topic: Topic) -> list[object]:
    return facts_of(topic, questions_of([topic])[topic.pk], brands_rules(topic))


def _lines(topic: Topic) -> list[str]:
    """The topic as it stands, for somebody whose form is older."""
    form = WholeForm(
        None,
        topic=topic,
        questions=questions_of([topic])[topic.pk],
        rules=brands_rules(topic),
    )
    parts = [
        form.main,
        *(one for one in form.questions if one.shown_text),
        *(one for one in form.channels if one.is_offered),
    ]
    return [line_of(part) for part in parts]


def _page(
    request: HttpRequest,
    workplace: Workplace,
    form: WholeForm,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    store = store_in_view(request, workplace)
    _first, ahead = queries.visits_of(form.topic, timezone.now())
    names, others = queries.some(queries.missing_for(form.topic))
    context = {
        **page_context(request, workplace, store, "topics"),
        "topic": form.topic,
        "form": form,
        "preview": preview_of(form, timezone.now()),
        "ahead": ahead,
        "missing": names,
        "missing_more": others,
        "back": back_to_list(request, workplace),
        **more,
    }
    return render(request, "booking/desk/topics/topic.html", context, status=status)


def _address(request: HttpRequest, workplace: Workplace, topic: Topic) -> str:
    page = reverse("booking:brand_topic", args=[topic.pk])
    return f"{page}?store={store_in_view(request, workplace).pk}"
