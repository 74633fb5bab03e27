"""`booking.wording` for templates."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.utils.html import format_html

from booking import stages, visitors, wording
from stores.models import Channel
from stores.wording import day_and_hour

register = template.Library()

register.filter("channel_name", wording.channel_name)
register.filter("channel_question", wording.channel_question)
register.filter("switch_words", wording.switch_words)
register.filter("promise", wording.promise)
register.filter("minutes", wording.minutes)
register.filter("calls_from", wording.calls_from)
register.filter("address", wording.address)

ICONS = {
    Channel.VIDEO.value: "video",
    Channel.CALLBACK.value: "phone",
    Channel.IN_STORE.value: "store",
}


@register.simple_tag(takes_context=True)
def app_around(context: Context) -> str:
    """`{% app_around as app %}`: of the request that the page answers."""
    return visitors.app_around(context["request"])


@register.simple_tag
def faces() -> list[tuple[int, str, str]]:
    """Score, icon and word of each, the worst first."""
    return [(score, f"f{score}", str(word)) for score, word in wording.FACES.items()]


@register.simple_tag
def reasons(channel: str) -> list[tuple[str, str]]:
    """Those that fit a visit by this channel, each with its words."""
    left_out = "line" if channel == Channel.IN_STORE else ""
    words = wording.REASONS.items()
    return [(reason, str(word)) for reason, word in words if reason != left_out]


@register.filter
def reason_word(reason: str) -> str:
    return str(wording.REASONS.get(reason, ""))


@register.filter
def face_word(score: int | str | None) -> str:
    """The word of a score, also of one in an address; empty for what is none."""
    known = {str(one): str(word) for one, word in wording.FACES.items()}
    return known.get(str(score), "")


@register.filter
def as_link(text: str) -> str:
    """A link where the text ends in an address of the web, or is one; else the text."""
    before, gap, last = text.rpartition(" ")
    try:
        scheme = urlsplit(last).scheme
    except ValueError:
        return text
    if scheme not in ("http", "https"):
        return text
    link = format_html('<a href="{}" rel="noopener noreferrer">{}</a>', last, last)
    return format_html("{}{}{}", before, gap, link)


@register.filter
def channel_icon(channel: str) -> str:
    """The name of the channel's icon, for `{% icon %}`."""
    return ICONS[channel]


@register.filter
def unlocalised(number: float) -> str:
    """For scripts: a point is a point in every language."""
    return repr(number)


@register.filter
def call_window(promised_at: dt.datetime, zone: dt.tzinfo) -> str:
    """entre 15 h 30 et 15 h 45"""
    return wording.call_window_words(promised_at, zone)


@register.filter
def call_until(promised_at: dt.datetime, zone: dt.tzinfo) -> str:
    """– 15:45, under the hour on a plate."""
    return f"– {stages.call_window(promised_at)[1].astimezone(zone):%H:%M}"


@register.filter
def seen_at(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """mardi 14 octobre à 14 h 35, by the store's clock."""
    return day_and_hour(moment.astimezone(zone))
