"""The legal pages of a brand, for its admins."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.desk.legal.forms import LegalForm, initial_of
from booking.desk.places.rights import for_leader, places_context
from booking.once import once_only
from stores.accounts.workplace import Workplace
from stores.editing.legal import WrittenLegal, publish_legal, restore_ours
from stores.errors import LegalRefused, TextChanged
from stores.legal.facts import conformity_words, reviewed_words
from stores.legal.places import PLACES
from stores.legal.texts import TITLES, our_text, shown, text_language
from stores.models import Brand, LegalKind, LegalText
from stores.queries import legal_standing, legal_texts_of

View = Callable[..., HttpResponse]
PAGE = "booking/desk/legal/page.html"
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


def for_legal(view: View) -> View:
    """Hands kind and language to the view; 404 for what is no page of the brand."""

    @for_leader
    @wraps(view)
    def door(
        request: HttpRequest, workplace: Workplace, /, **named: Any
    ) -> HttpResponse:
        kind, lang = named.pop("legal_kind"), named.pop("lang")
        if kind not in LegalKind.values or lang not in workplace.brand.languages:
            raise Http404
        return view(request, workplace, kind, lang, **named)

    return door


@require_GET
@for_leader
def legal_pages(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """The three, with the version of each that stands."""
    brand = workplace.brand
    found = legal_standing(brand)
    main = text_language(brand)
    lines = [
        (kind, TITLES[kind], found.get((kind, main)), [
            (one, found.get((kind, one))) for one in brand.languages
        ])
        for kind in LegalKind
    ]  # fmt: skip
    context = {
        **_context(request, workplace),
        "lines": lines,
        "main": main,
        "state": conformity_words(brand),
        "rate": brand.legal.get("rate"),
        "reviewed": reviewed_words(brand),
    }
    return render(request, "booking/desk/legal/list.html", context)


@require_http_methods(["GET", "POST"])
@for_legal
@once_only
def legal_page(
    request: HttpRequest, workplace: Workplace, kind: str, lang: str
) -> HttpResponse:
    """POST `do=preview` only shows; anything else publishes."""
    if request.method != "POST":
        return _page(request, workplace, _form(workplace.brand, kind, lang))
    form = LegalForm(request.POST, kind=kind, language=lang)
    if not form.is_valid():
        return _page(request, workplace, form, status=REFUSED)
    if request.POST.get("do") == "preview":
        return _page(request, workplace, form)
    return _publish(request, workplace, form)


@require_POST
@for_legal
def preview_legal(
    request: HttpRequest, workplace: Workplace, kind: str, lang: str
) -> HttpResponse:
    """The page of what is typed. Writes nothing."""
    form = LegalForm(request.POST, kind=kind, language=lang)
    form.is_valid()
    context = {"language": lang, "text": _preview(workplace.brand, form)}
    return render(request, "booking/desk/legal/_preview.html", context)


@require_GET
@for_legal
def legal_version(
    request: HttpRequest,
    workplace: Workplace,
    kind: str,
    lang: str,
    *,
    legal_version: int,
) -> HttpResponse:
    """One version as customers read it, with the facts of now; 0 is ours."""
    brand = workplace.brand
    rows = {row.version: row for row in legal_texts_of(brand, kind, lang)}
    if legal_version and legal_version not in rows:
        raise Http404
    row = rows.get(legal_version)
    body = row.body if row else our_text(kind, lang)
    context = {
        **_context(request, workplace, kind, lang),
        "row": row,
        "text": shown(body, brand, lang),
        "stands": legal_version == max(rows, default=0),
    }
    return render(request, "booking/desk/legal/version.html", context)


@require_http_methods(["GET", "POST"])
@for_legal
@once_only
def restore_legal(
    request: HttpRequest, workplace: Workplace, kind: str, lang: str
) -> HttpResponse:
    """GET shows our text; POST publishes it as the next version."""
    brand = workplace.brand
    rows = legal_texts_of(brand, kind, lang)
    if request.method != "POST":
        context = _context(request, workplace, kind, lang) | {
            "text": shown(our_text(kind, lang), brand, lang),
            "seen": rows[0].version if rows else 0,
        }
        return render(request, "booking/desk/legal/restore.html", context)
    _restore(request, workplace, initial_of(rows[0] if rows else None, ""), kind, lang)
    return redirect("booking:legal_page", kind, lang)


def _restore(
    request: HttpRequest,
    workplace: Workplace,
    kept: dict[str, Any],
    kind: str,
    lang: str,
) -> None:
    """Of what is kept only the state of accessibility stays."""
    facts = kept | {"body": "", "address": ""}
    written = WrittenLegal(kind=kind, language=lang, **facts)
    act = _act(request, workplace)
    try:
        restore_ours(brand=workplace.brand, written=written, **act)
    except TextChanged:
        messages.warning(request, _("Somebody published another version meanwhile."))
    else:
        messages.success(request, _("Ours stands from now on."))


def _publish(
    request: HttpRequest, workplace: Workplace, form: LegalForm
) -> HttpResponse:
    status = REFUSED
    try:
        made = publish_legal(
            brand=workplace.brand, written=form.written(), **_act(request, workplace)
        )
    except LegalRefused as refusal:
        form.refuse(refusal.problems)
    except TextChanged:
        status = HTTPStatus.CONFLICT
        words = _("Somebody published another version meanwhile. Yours is below: "
                  "publish it again to put it after theirs.")  # fmt: skip
        form.add_error(None, words)
    else:
        said = _("Version %(version)d stands from now on.")
        messages.success(request, said % {"version": made.version})
        return redirect("booking:legal_page", form.kind, form.language)
    return _page(request, workplace, form, status=status)


def _act(request: HttpRequest, workplace: Workplace) -> dict[str, Any]:
    text = request.POST.get("seen", "")
    seen = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
    return {"seen": seen, "user": workplace.membership.user, "now": timezone.now()}


def _form(brand: Brand, kind: str, lang: str) -> LegalForm:
    rows = legal_texts_of(brand, kind, lang)
    initial = initial_of(rows[0] if rows else None, our_text(kind, lang))
    return LegalForm(initial=initial, kind=kind, language=lang)


def _preview(brand: Brand, form: LegalForm) -> str:
    """With the state that is chosen there, though nobody has published it."""
    written = form.written() if form.is_bound else None
    body = written.body if written else str(form.initial.get("body", ""))
    if written is not None and written.is_statement:
        brand = copy.copy(brand)
        day = written.reviewed_on
        brand.legal = brand.legal | {
            "state": written.state,
            "rate": written.rate,
            "reviewed_on": day.isoformat() if day else "",
        }
    return shown(body, brand, form.language)


def _context(
    request: HttpRequest, workplace: Workplace, kind: str = "", lang: str = ""
) -> dict[str, Any]:
    return {
        **places_context(request, workplace),
        "page": "legal",
        "kind": kind,
        "language": lang,
        "title": TITLES.get(kind, ""),
    }


def _page(
    request: HttpRequest,
    workplace: Workplace,
    form: LegalForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    brand, kind, lang = workplace.brand, form.kind, form.language
    rows: list[LegalText] = legal_texts_of(brand, kind, lang)
    context = {
        **_context(request, workplace, kind, lang),
        "form": form,
        "versions": rows,
        "seen": rows[0].version if rows else 0,
        "places": [place.name(lang) for place in PLACES],
        "text": _preview(brand, form),
    }
    return render(request, PAGE, context, status=status)
