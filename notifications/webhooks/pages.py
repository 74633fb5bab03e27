"""Webhooks of a brand: for its head office."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.desk.meanwhile import first_shown, line_of, shown_now
from booking.door import (
    Question,
    ask_first,
    for_staff,
    leads_brand,
    page_context,
    store_in_view,
)
from booking.errors import StaleVersion
from booking.once import Sending, once_only, sending
from booking.shown import AS_SHOWN, as_shown_in
from notifications.access import webhook_of
from notifications.errors import EndpointKnown
from notifications.models import WebhookEndpoint
from notifications.webhooks import endpoints as services
from notifications.webhooks.forms import WebhookForm
from notifications.webhooks.queries import attempts_of, endpoints_of, waiting_calls
from notifications.webhooks.secrets import secret_of
from notifications.webhooks.wording import answer_words, lines_of
from stores.accounts.workplace import Workplace


@require_http_methods(["GET", "POST"])
@for_staff
def webhooks(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """All of them, and the form of a new one, whose secret is shown in the answer."""
    _lead(workplace)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        with sending(request, workplace) as sent:
            if sent.kept is not None:
                return _again(request, workplace, sent)
            made = _add(sent, workplace, form) if form.is_valid() else None
        if made is not None:
            return _page(request, workplace, made, secret=secret_of(made))
    context = _context(request, workplace) | {"form": form}
    context["endpoints"] = endpoints_of(workplace.brand)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "notifications/desk/webhooks.html", context, status=status)


def _add(
    sent: Sending, workplace: Workplace, form: WebhookForm
) -> WebhookEndpoint | None:
    try:
        made = services.add_endpoint(
            brand=workplace.brand, now=timezone.now(), **form.cleaned_data
        )
    except EndpointKnown:
        form.add_error("url", _("This address is called already."))
        return None
    sent.keep(endpoint=str(made.pk), generation=made.generation)
    return made


def _again(request: HttpRequest, workplace: Workplace, sent: Sending) -> HttpResponse:
    """A second tap: the same secret where the first answer was to be seen and it is
    still the valid one, else the page without it."""
    kept = sent.kept or {}
    endpoint = webhook_of(workplace, uuid.UUID(kept["endpoint"]))
    if sent.may_show(timezone.now()) and endpoint.generation == kept["generation"]:
        return _page(request, workplace, endpoint, secret=secret_of(endpoint))
    messages.warning(request, _("This secret has been made and shown already."))
    return redirect("notifications:webhook", endpoint.pk)


@require_http_methods(["GET", "POST"])
@for_staff
@once_only
def webhook(
    request: HttpRequest, workplace: Workplace, endpoint_id: uuid.UUID
) -> HttpResponse:
    endpoint = webhook_of(workplace, endpoint_id)
    _lead(workplace)
    if request.method == "GET":
        return _page(request, workplace, endpoint)
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            services.change_endpoint(
                endpoint=endpoint,
                **form.cleaned_data,
                as_shown=as_shown_in(request.POST),
            )
        except StaleVersion:
            endpoint.refresh_from_db()
            return _page(request, workplace, endpoint, form=form, has_changed=True)
        except EndpointKnown:
            form.add_error("url", _("This address is called already."))
        else:
            messages.success(request, _("Written."))
            return redirect("notifications:webhook", endpoint.pk)
    endpoint.refresh_from_db()
    return _page(request, workplace, endpoint, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def rotate(
    request: HttpRequest, workplace: Workplace, endpoint_id: uuid.UUID
) -> HttpResponse:
    """GET asks; POST shows the new secret in its answer, and only there."""
    endpoint = webhook_of(workplace, endpoint_id)
    _lead(workplace)
    if request.method != "POST":
        return ask_first(request, workplace, "webhooks", _before_rotating(endpoint))
    known = request.POST.get("generation", "")
    is_number = known.isascii() and known.isdecimal() and len(known) < 10
    generation = int(known) if is_number else 0
    with sending(request, workplace) as sent:
        if sent.kept is not None:
            return _again(request, workplace, sent)
        done = services.rotate_secret(
            endpoint=endpoint, generation=generation, now=timezone.now()
        )
        if done:
            sent.keep(endpoint=str(endpoint.pk), generation=endpoint.generation)
    if not done:
        messages.warning(request, _("The secret has been changed already."))
        return redirect("notifications:webhook", endpoint.pk)
    return _page(request, workplace, endpoint, secret=secret_of(endpoint))


def _before_rotating(endpoint: WebhookEndpoint) -> Question:
    stops = [
        _(
            "Today’s secret signs for one more day. After that your system refuses our"
            " calls, unless it has been given the new one."
        ),
        _("The new secret is shown once. This cannot be taken back."),
    ]
    until = endpoint.previous_until
    if until is not None and until > timezone.now():
        stops.insert(0, _("The secret before it, which still signs, stops at once."))
    return Question(
        title=_("Make a new secret?"),
        stops=stops,
        button=_("Make a new secret"),
        back=reverse("notifications:webhook", args=[endpoint.pk]),
        sent={"generation": endpoint.generation},
    )


@require_POST
@for_staff
def test(
    request: HttpRequest, workplace: Workplace, endpoint_id: uuid.UUID
) -> HttpResponse:
    endpoint = webhook_of(workplace, endpoint_id)
    _lead(workplace)
    attempt = services.try_endpoint(endpoint=endpoint, now=timezone.now())
    said = {"answer": answer_words(attempt), "ms": attempt.took_ms}
    if attempt.problem:
        text = _("The test failed: %(answer)s after %(ms)d ms.") % said
        messages.warning(request, text)
    else:
        text = _("The test arrived: %(answer)s after %(ms)d ms.") % said
        messages.success(request, text)
    return redirect("notifications:webhook", endpoint.pk)


@require_POST
@for_staff
@once_only
def resume(
    request: HttpRequest, workplace: Workplace, endpoint_id: uuid.UUID
) -> HttpResponse:
    endpoint = webhook_of(workplace, endpoint_id)
    _lead(workplace)
    count = services.resume(endpoint=endpoint, now=timezone.now())
    text = ngettext(
        "Calls are made again; %(count)d that was missed follows.",
        "Calls are made again; %(count)d that were missed follow.",
        count,
    )
    messages.success(request, text % {"count": count})
    return redirect("notifications:webhook", endpoint.pk)


@require_GET
@for_staff
def notice(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """A partial for the desk's pages: whether a webhook was paused. Empty for most."""
    paused: list[WebhookEndpoint] = []
    if leads_brand(workplace):
        paused = [one for one in endpoints_of(workplace.brand) if one.paused_at]
    return render(request, "notifications/desk/_notice.html", {"paused": paused})


def _lead(workplace: Workplace) -> None:
    if not leads_brand(workplace):
        raise PermissionDenied


def _context(request: HttpRequest, workplace: Workplace) -> dict[str, Any]:
    store = store_in_view(request, workplace)
    return page_context(request, workplace, store, "webhooks")


def _page(
    request: HttpRequest,
    workplace: Workplace,
    endpoint: WebhookEndpoint,
    *,
    form: WebhookForm | None = None,
    secret: str = "",
    has_changed: bool = False,
) -> HttpResponse:
    known = {"url": endpoint.url, "kinds": endpoint.kinds, "active": endpoint.active}
    context = {
        **_context(request, workplace),
        "endpoint": endpoint,
        "form": form or WebhookForm(initial=known),
        "secret": secret,
        "calls": list(lines_of(attempts_of(endpoint))),
        "waiting": waiting_calls(endpoint),
        "now": timezone.now(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    said = services.said_of(endpoint)
    if has_changed:
        context |= shown_now([line_of(WebhookForm(initial=known))], *said)
        status = HTTPStatus.CONFLICT
    elif form is not None:
        context[AS_SHOWN] = request.POST.get(AS_SHOWN, "")
    else:
        context |= first_shown(*said)
    page = render(request, "notifications/desk/webhook.html", context, status=status)
    if secret:
        page["Cache-Control"] = "no-store"
    return page
