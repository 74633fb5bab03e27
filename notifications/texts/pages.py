"""A brand's own messages, for its head office."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.door import for_head_office, page_context, store_in_view
from booking.errors import StaleVersion
from booking.once import once_only
from notifications.content.own_texts import places_for
from notifications.content.segments import plain_of
from notifications.errors import DeliveryError, TextRefused
from notifications.kinds import Kind
from notifications.models import Delivery, MessageText
from notifications.queries import own_texts_of
from notifications.texts import queries
from notifications.texts.editing import give_back, set_sender, write_text
from notifications.texts.forms import SenderForm, TextForm
from notifications.texts.preview import Where, preview_of, send_trial
from notifications.wording import KINDS
from stores.accounts.workplace import Workplace
from stores.models import Brand

View = Callable[..., HttpResponse]
CHANNELS = (Delivery.Channel.EMAIL, Delivery.Channel.SMS)
PAGE = "notifications/texts/message.html"
PARTS = ("subject", "before", "after")


def for_text(view: View) -> View:
    """Hands the place of a text to the view; 404 for what is no text of the brand."""

    @for_head_office
    @wraps(view)
    def door(
        request: HttpRequest, workplace: Workplace, kind: str, way: str, lang: str
    ) -> HttpResponse:
        known = kind in set(Kind) and way in CHANNELS
        if not known or lang not in workplace.brand.languages:
            raise Http404
        return view(request, workplace, Where(Kind(kind), way, lang))

    return door


@require_GET
@for_head_office
def all_messages(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """The first of them: the list stands beside each."""
    language = workplace.brand.main_language
    return redirect("notifications:text", Kind.CONFIRMED, CHANNELS[0], language)


@require_http_methods(["GET", "POST"])
@for_text
@once_only
def message(request: HttpRequest, workplace: Workplace, where: Where) -> HttpResponse:
    """POST `do=preview` and `do=plain` only show; anything else writes."""
    wish = request.POST.get("do", "save") if request.method == "POST" else ""
    form = form_of(request, workplace.brand, where)
    if wish == "plain":
        plain = {name: plain_of(text) for name, text in form.typed().parts.items()}
        return _page(request, workplace, where, where.form(plain))
    if wish == "save":
        return _save(request, workplace, where, form)
    return _page(request, workplace, where, form)


@require_POST
@for_text
def preview(request: HttpRequest, workplace: Workplace, where: Where) -> HttpResponse:
    """Preview and counter of what is typed. Writes nothing."""
    form = form_of(request, workplace.brand, where)
    context = _shown(workplace.brand, where, form)
    return render(request, "notifications/texts/_preview.html", context)


@require_http_methods(["GET", "POST"])
@for_text
@once_only
def restore(request: HttpRequest, workplace: Workplace, where: Where) -> HttpResponse:
    """GET shows both; POST gives the place back to ours."""
    if request.method == "POST":
        try:
            give_back(
                brand=workplace.brand,
                written=where.written({}),
                version=_version(request),
                user=workplace.membership.user,
                now=timezone.now(),
            )
        except StaleVersion:
            messages.warning(request, _("Somebody changed this text meanwhile."))
        else:
            messages.success(request, _("Ours is sent again from now on."))
        return redirect(where.address)
    form = where.form(_known(workplace.brand, where))
    context = _context(request, workplace, where) | {
        "now": _shown(workplace.brand, where, form)["shown"],
        "ours": _shown(workplace.brand, where, where.form({}))["shown"],
    }
    return render(request, "notifications/texts/restore.html", context)


@require_http_methods(["GET", "POST"])
@for_head_office
@once_only
def sender(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """From whom mails are, and where answers go."""
    brand = workplace.brand
    known = {"mail_name": brand.mail_name, "reply_to": brand.reply_to}
    form = SenderForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        set_sender(brand=brand, **form.cleaned_data)
        messages.success(request, _("Written: all that is sent from now on has it."))
        return redirect("notifications:texts")
    context = page_context(
        request, workplace, store_in_view(request, workplace), "texts"
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = "notifications/texts/sender.html"
    return render(request, page, {**context, "form": form}, status=status)


def _save(
    request: HttpRequest, workplace: Workplace, where: Where, form: TextForm
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            write_text(
                brand=workplace.brand,
                written=form.typed(),
                version=_version(request),
                user=workplace.membership.user,
                now=timezone.now(),
            )
        except TextRefused as refusal:
            form.refuse(refusal.problems)  # type: ignore[arg-type]  # of ours
        except StaleVersion:
            status = HTTPStatus.CONFLICT
            words = _("Somebody changed this text meanwhile. Yours is below: save it "
                      "again to put it in the place of theirs.")  # fmt: skip
            form.add_error(None, words)
        else:
            messages.success(
                request, _("Written: all that is sent from now on has it.")
            )
            return redirect(where.address)
    return _page(request, workplace, where, form, status=status)


@require_POST
@for_text
def trial(request: HttpRequest, workplace: Workplace, where: Where) -> HttpResponse:
    """Sends what is typed to who is signed in; outside of any transaction."""
    user, form = workplace.membership.user, form_of(request, workplace.brand, where)
    typed, brand = form.typed(), workplace.brand
    try:
        send_trial(brand=brand, typed=typed, user=user, now=timezone.now())
    except DeliveryError:
        messages.warning(request, _("The trial could not be sent: try later."))
    else:
        said = _("The trial is on its way to %(email)s, with invented data.")
        messages.success(request, said % {"email": user.email})
    return _page(request, workplace, where, form)


def form_of(request: HttpRequest, brand: Brand, where: Where) -> TextForm:
    if request.method == "POST":
        return where.form(None, request.POST)
    return where.form(_known(brand, where))


def _known(brand: Brand, where: Where) -> dict[str, str]:
    """The parts of the text that counts; {} where that is ours."""
    versions = queries.versions_of(brand, **where.key)
    if not versions or versions[0].is_ours:
        return {}
    return {name: getattr(versions[0], name) for name in PARTS}


def _version(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def _shown(brand: Brand, where: Where, form: TextForm) -> dict[str, Any]:
    return {"brand": brand, "where": where, "shown": preview_of(brand, form.typed())}


def _context(
    request: HttpRequest, workplace: Workplace, where: Where
) -> dict[str, Any]:
    brand = workplace.brand
    own = own_texts_of([brand.pk]).get(brand.pk, {})
    versions: list[MessageText] = queries.versions_of(brand, **where.key)
    return {
        **page_context(request, workplace, store_in_view(request, workplace), "texts"),
        "where": where,
        "title": KINDS[where.kind],
        "kinds": [
            (where.at(kind=kind).address, KINDS[kind], kind == where.kind,
             any(key[0] == kind for key in own))
            for kind in Kind
        ],
        "ways": [(where.at(channel=one).address, one) for one in CHANNELS],
        "tongues": [
            (where.at(language=one).address, one) for one in brand.languages
        ],
        "places": [
            place.name(where.language)
            for place in places_for(where.kind, where.channel)
        ],
        "versions": versions[:5],
        "seen": versions[0].version if versions else 0,
        "is_own": bool(versions) and not versions[0].is_ours,
        "restore_url": reverse("notifications:text_restore", args=where.args),
        "trial_url": reverse("notifications:text_trial", args=where.args),
        "preview_url": reverse("notifications:text_preview", args=where.args),
    }  # fmt: skip


def _page(
    request: HttpRequest,
    workplace: Workplace,
    where: Where,
    form: TextForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = _context(request, workplace, where)
    context |= _shown(workplace.brand, where, form) | {"form": form}
    return render(request, PAGE, context, status=status)
