"""Icons, portraits and the words of refusals, for every page of the product."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import segno
from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from stores.models import Brand, StaffMember

register = template.Library()

PORTRAITS = frozenset({"ines", "jean", "lea", "sarah", "tom"})
"""The names in portraits.svg: drawn stand-ins where a shop has no photographs."""


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "video" %}`, small with `"s"`; always beside a word."""
    css = f"i {size}".strip()
    sheet = static("visavis/icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        css,
        sheet,
        name,
    )


@register.simple_tag
def portrait(staff_member: StaffMember, size: str = "") -> SafeString:
    """`{% portrait staff_member %}`, large with `"l"`, small with `"s"`."""
    css = f"face {size}".strip()
    if staff_member.photo_id:
        source = reverse("stores:file", args=[staff_member.photo_id])
        return format_html('<img class="{}" src="{}" alt="">', css, source)
    if staff_member.portrait in PORTRAITS:
        href = f"{static('visavis/portraits.svg')}#{staff_member.portrait}"
        drawn = format_html('<use href="{}"/>', href)
    else:
        letter = staff_member.display_name[:1].upper()
        drawn = format_html(
            '<text x="24" y="31" text-anchor="middle">{}</text>', letter
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 48 48" aria-hidden="true">{}</svg>', css, drawn
    )


@register.simple_tag
def brand_mark(brand: Brand, mode: str = "") -> SafeString:
    """`{% brand_mark brand %}`: its logo, or else the emblem that it has here. With a
    `mode` the one of that mode alone; else the reader's decides."""
    if not brand.logo_id:
        return icon(brand.emblem or "store")
    light = reverse("stores:file", args=[brand.logo_id])
    dark = reverse("stores:file", args=[brand.logo_dark_id or brand.logo_id])
    source = dark if mode == "dark" else light
    drawn = format_html('<img class="logo" src="{}" alt="">', source)
    if mode or not brand.logo_dark_id:
        return drawn
    return format_html(
        '<picture><source srcset="{}" media="(prefers-color-scheme:dark)">{}</picture>',
        dark,
        drawn,
    )


@register.simple_tag
def accessible_way(brand: Brand, css: str = "") -> SafeString:
    """`{% accessible_way brand "btn" %}`: stands beside a telephone that customers
    see, for who cannot hear. A link where it is an address, else words."""
    if not brand.accessible_way:
        return SafeString("")
    said = (icon("hands", "s"), _("Deaf or hard of hearing?"), brand.accessible_way)
    if not brand.accessible_url:
        return format_html(
            '<p class="tip small breakable">{}<span>{} {}</span></p>', *said
        )
    return format_html(
        '<a class="{}" href="{}">{}<span class="breakable">{} {}</span></a>',
        css,
        brand.accessible_url,
        *said,
    )


@register.simple_tag
def qr(url: str, label: str) -> SafeString:
    """`{% qr url label %}`: a square for a telephone's camera, four units of margin."""
    rows = list(segno.make_qr(url, error="m").matrix_iter(border=4))
    dots = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" '
        'shape-rendering="crispEdges"><path fill="currentColor" d="{}"/></svg>',
        label,
        len(rows),
        len(rows),
        dots,
    )


@register.filter
def dialled(phone: str) -> str:
    """A telephone number as a `tel:` address takes it: digits and a leading plus."""
    return re.sub(r"(?!^\+)\D", "", phone.strip())


@register.simple_tag
def described(field: BoundField, hint: str = "") -> SafeString:
    """The field's widget, described by its error first and then its hint."""
    ids = [f"{field.auto_id}_error"] if field.errors else []
    ids += [f"{field.auto_id}_hint"] if hint else []
    return field.as_widget(attrs={"aria-describedby": " ".join(ids)} if ids else None)


@register.filter
def first_lower(text: str) -> str:
    """For a title inside a sentence: Vélos → vélos; an acronym stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


@register.simple_tag
def problem_title(status: int, code: str = "") -> str:
    titles = {
        "csrf": _("This page was open for too long"),
        "cookie_missing": _("This page needs a cookie"),
        "slot_taken": _("That time has just gone"),
        "slot_not_offered": _("That time is not offered"),
        "hold_expired": _("Your time is no longer held"),
        "too_many_holds": _("Too many times are being held"),
        "too_many_bookings": _("Many appointments were booked today"),
        "too_late_to_cancel": _("It is too late to cancel online"),
        "too_late_to_move": _("It is too late to change this online"),
        "stale_version": _("Something changed meanwhile"),
        "agenda_busy": _("Many people are booking right now"),
        "room_not_open": _("The room is not open yet"),
        "factor_needed": _("A second factor is needed"),
        "link_unknown": _("This link no longer works"),
        "link_needed": _("This page opens by its link"),
        "link_without_cookie": _("This page opens by its link"),
        "hold_unknown": _("We do not hold this time for you"),
        "offer_unknown": _("This cannot be booked here"),
        "data_erased": _("Your data are erased"),
    }
    by_status = {
        400: _("We did not understand this request"),
        403: _("This page is not open to you"),
        404: _("We cannot find this page"),
        405: _("This address takes no such request"),
        409: _("This is no longer possible"),
        422: _("Something is missing or not right"),
        429: _("Too many requests at once"),
        503: _("One moment, please"),
    }
    return titles.get(code) or by_status.get(status) or _("We could not do this")


def _words_of_links() -> dict[str, str]:
    return {
        "link_unknown": _(
            "It may be incomplete. Open it again from the message that we sent, or find"
            " your appointment with your mobile or e-mail."
        ),
        "link_needed": _(
            "Open it from the message that we sent, or from the link that you were"
            " given: they work on every device."
        ),
        "data_erased": _(
            "Nothing that names you is left of this appointment. Thank you for your"
            " visit."
        ),
        "hold_unknown": _(
            "A time is held for ten minutes, in the browser that chose it. Choose one"
            " again, it takes a moment."
        ),
        "offer_unknown": _(
            "The address may be old or incomplete. Choose again from what is offered"
            " now."
        ),
        "link_without_cookie": _(
            "Your browser sent no cookie, and this page opens by one. Allow cookies for"
            " this site, then open your appointment from the message that we sent."
        ),
    }


@register.simple_tag
def problem_words(status: int, code: str = "") -> str:
    words = {
        "csrf": _("Go back, load the page again and send it once more."),
        "cookie_missing": _(
            "Your browser sent none. Allow cookies for this site in your browser’s"
            " settings, under privacy; we need them to keep your time and to open your"
            " appointment. Then load the page, or open your link, once more."
        ),
        "slot_taken": _("Go back and choose another time."),
        "slot_not_offered": _("Go back and choose one of the times shown."),
        "hold_expired": _("Choose your time again, it takes a moment."),
        "too_many_holds": _("Wait ten minutes, or call us: we book it for you."),
        "too_many_bookings": _("Call us: we book it for you."),
        "too_late_to_cancel": _("Call us, we will find a way."),
        "too_late_to_move": _("Call us, we will find a way."),
        "stale_version": _("Load the page again to see how things are now."),
        "agenda_busy": _("Nothing is lost. Try again in a moment."),
        "room_not_open": _("Come back to your appointment page a little later."),
        "factor_needed": _(
            "Your brand asks for it. Open your account, and set one up or show it."
        ),
    }
    words |= _words_of_links()
    by_status = {
        400: _("Go back and try once more."),
        403: _("Open it from your appointment link, or sign in."),
        404: _(
            "The link may be incomplete, or meant for another browser."
            " Open your appointment from the message that we sent."
        ),
        405: _("It is answered by a button of ours. Go back to the page with it."),
        409: _("Things changed meanwhile. Go back and look again."),
        422: _("Go back and look at what was filled in."),
        429: _("Wait a minute, then try again."),
        503: _("Nothing is lost. Try again in a moment."),
    }
    lost = _("We could not save. Nothing is lost.")
    return words.get(code) or by_status.get(status) or lost
