"""`stores.wording` for templates: `{{ start.local|day }}`, `{{ store|zone }}`."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stores import wording

register = template.Library()

register.filter("day", wording.day)
register.filter("short_day", wording.short_day)
register.filter("short_date", wording.short_date)
register.filter("whole_date", wording.whole_date, expects_localtime=True)
register.filter("weekday", wording.weekday)
register.filter("long_weekday", wording.long_weekday)
register.filter("hour", wording.hour)
register.filter("day_and_hour", wording.day_and_hour)
register.filter("short_day_and_hour", wording.short_day_and_hour)
register.filter("zone", wording.zone)
register.filter("near_day", wording.near_day)
register.filter("phone", wording.phone)
register.filter("languages", wording.languages)
register.filter("language_itself", wording.language_itself)
register.filter("access", wording.access)


@register.filter
def as_time(local: dt.datetime) -> SafeString:
    """The hour as a `<time>` that machines read with its offset."""
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        wording.hour(local),
    )
