"""The logo of a brand: shown, replaced, removed."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from booking.desk.brand.page import brand_page
from booking.desk.places.rights import for_leader
from stores.accounts.workplace import Workplace
from stores.editing.logos import MOST_BYTES, remove_logo, set_logo
from stores.errors import FileTooLarge, LogoRefused
from stores.files.uploads import content_sent

WHY_NOT = {
    "bytes": gettext_lazy("This logo is too large: 512 kilobytes at most."),
    "pixels": gettext_lazy("This logo has too many pixels: send a smaller one."),
    "no_logo": gettext_lazy("This is no logo that can be shown: send an SVG or a PNG."),
    "acts": gettext_lazy("This SVG has a script in it: save it again without."),
    "elsewhere": gettext_lazy(
        "This SVG fetches something from elsewhere, or has a picture in it: save it "
        "again as shapes alone, or send a PNG."
    ),
    "bomb": gettext_lazy(
        "This SVG draws more than a browser can: save it again, and simpler."
    ),
    "light_first": gettext_lazy("First the logo for light pages, please."),
}


@require_POST
@for_leader
def logo(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Takes the file; everybody sees it from now on."""
    dark = request.POST.get("variant") == "dark"
    try:
        content = content_sent(request, "logo", most=MOST_BYTES)
        if content:
            set_logo(
                brand=workplace.brand, content=content, dark=dark, now=timezone.now()
            )
            messages.success(request, _("The logo is shown from now on."))
            return redirect("booking:brand")
        refused = _("Choose a file first.")
    except FileTooLarge:
        refused = str(WHY_NOT["bytes"])
    except LogoRefused as refusal:
        refused = str(WHY_NOT[refusal.why])
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return brand_page(request, workplace, status=status, logo_refused=refused)


@require_POST
@for_leader
def no_logo(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Our emblem again, or on dark pages the same logo as on light ones."""
    remove_logo(brand=workplace.brand, dark=request.POST.get("variant") == "dark")
    messages.success(request, _("The logo is gone."))
    return redirect("booking:brand")
