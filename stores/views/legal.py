"""The legal pages of a brand, for everybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stores.access import brand_for_slug
from stores.legal.texts import TITLES, our_text, shown, text_language, version_of
from stores.models import LegalKind
from stores.queries import legal_text


@require_safe
def legal(request: HttpRequest, brand: str, legal_kind: str) -> HttpResponse:
    """GET `/<brand>/legal/<kind>/`: the version that stands, with the facts of now; of
    terms perhaps a page of the brand's own site."""
    if legal_kind not in LegalKind.values:
        raise Http404
    of_brand = brand_for_slug(brand)
    language = text_language(of_brand)
    version = version_of(of_brand, legal_kind)
    row = legal_text(of_brand, legal_kind, language, version) if version else None
    if row is not None and row.address:
        return HttpResponseRedirect(row.address)
    body = row.body if row is not None else our_text(legal_kind, language)
    context = {
        "brand": of_brand,
        "title": TITLES[legal_kind],
        "since": row and row.published_at,
        "version": version,
        "language": language,
        "text": shown(body, of_brand, language),
        "kinds": [(kind, TITLES[kind], kind == legal_kind) for kind in LegalKind],
        "back_url": reverse("booking:front", args=[brand]),
        "back_label": _("choose a store"),
    }
    return render(request, "stores/legal/page.html", context)
