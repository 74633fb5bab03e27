"""Words of the pages of hours: lengths, channels, why a start is not offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.availability.kept import FREED_AT
from booking.explain.reasons import BufferRule, PlaceToChange, Reason, Why
from booking.models import Occupancy
from booking.templatetags.staff import short_name
from booking.wording import channel_name, span_of_minutes
from stores import wording
from stores.models import Absence, Closure, Offer, Store, Topic
from stores.texts import in_language

register = template.Library()


@register.filter
def duration(minutes: int) -> str:
    """45 min · 2 h · 2 h 15"""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


@register.filter
def minutes_span(minutes: int) -> str:
    """45 min · 2 h · 3 days"""
    return span_of_minutes(minutes)


@register.filter
def channel_list(channels: Iterable[str]) -> str:
    return ", ".join(channel_name(channel) for channel in channels)


@register.filter
def channel_of(channel: str, store: Store) -> str:
    return channel_name(channel, store)


@register.filter
def closure_reason(closure: Closure) -> str:
    return str(in_language(closure.reason, ""))


@register.filter
def closed_place(closure: Closure) -> str:
    if closure.store is not None:
        return closure.store.name
    return closure.region.name if closure.region else closure.brand.name


@register.filter
def day_path(day: dt.date) -> str:
    return day.isoformat()


@register.filter
def utc_hour(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%H:%M}"


@register.filter
def local_hour(at: dt.datetime, store: Store) -> str:
    return f"{at.astimezone(store.zone):%H:%M}"


@register.simple_tag
def absence_span(absence: Absence, store: Store) -> str:
    """Absence, 12:15 – 13:00; the days too where it lasts longer than one."""
    start = absence.starts_at.astimezone(store.zone)
    end = absence.ends_at.astimezone(store.zone)
    last = wording.hour(end)
    if start.date() != end.date():
        last = wording.short_day_and_hour(end)
    facts = {"start": wording.hour(start), "end": last}
    return _("Away, %(start)s – %(end)s") % facts


@register.simple_tag
def reason_href(reason: Reason, store: Store) -> str:
    """The address of the page on which the row is changed; "" where there is none."""
    return _href(reason.target, store)


@register.simple_tag
def rule_href(reason: Reason, store: Store) -> str:
    """The address of the figure of an offer that a buffer comes from, or ""."""
    return _href(reason.rule_target(store), store)


def _href(target: PlaceToChange | None, store: Store) -> str:
    if target is None:
        return ""
    address = reverse(target.name, args=target.args)
    anchor = f"#{target.anchor}" if target.anchor else ""
    return f"{address}?{urlencode({'store': store.pk})}{anchor}"


@register.simple_tag
def reason_link(reason: Reason) -> str:
    """The words of its link."""
    return {
        Why.NOT_OFFERED: _("See the topics"),
        Why.NOTICE: _("Change the notice"),
        Why.HORIZON: _("Change the horizon"),
        Why.OFF_GRID: _("Change the step"),
        Why.CEILING: _("Change the ceiling"),
        Why.NOBODY: _("See the team"),
        Why.NO_COMPETENCE: _("Change the topics"),
        Why.CLOSED: _("See the closed days"),
        Why.NO_POSTING: _("Change the stores"),
        Why.DAY_OVERRIDE: _("Change that day"),
        Why.NO_HOURS: _("Change the week"),
        Why.ABSENT: _("See the absences"),
        Why.KEPT: _("See the priority topic"),
    }.get(reason.why, _("Open this visit"))


@register.simple_tag
def reason_title(reason: Reason, store: Store) -> str:
    fact, name = reason.fact, _name(reason)
    if isinstance(fact, Occupancy):
        return _taken_title(reason, fact, store)
    if isinstance(fact, Closure):
        return _("Closed: %(reason)s") % {"reason": closure_reason(fact)}
    if isinstance(fact, Absence):
        until = wording.short_day_and_hour(fact.ends_at.astimezone(store.zone))
        return _("%(name)s is away until %(until)s") % {"name": name, "until": until}
    if isinstance(fact, Topic):
        words = _("%(name)s keeps this hour for “%(topic)s”")
        return words % {"name": name, "topic": fact.label}
    return {
        Why.NOT_OFFERED: _("This topic is not offered here by this channel"),
        Why.PAST: _("This hour is past"),
        Why.NOTICE: _("Too soon: the notice is not kept"),
        Why.HORIZON: _("Too far: beyond the horizon"),
        Why.OFF_GRID: _("Between two starts"),
        Why.NOBODY: _("Nobody works for this store"),
        Why.NO_POSTING: _("%(name)s does not work here then") % {"name": name},
        Why.NO_COMPETENCE: _("%(name)s does not advise on this so") % {"name": name},
        Why.DAY_OVERRIDE: _("%(name)s has other hours on that day") % {"name": name},
        Why.NO_HOURS: _("Outside the hours of %(name)s") % {"name": name},
        Why.CEILING: _("%(name)s has reached the day’s ceiling") % {"name": name},
        Why.RESOURCE: _("No booth is free"),
    }.get(reason.why, _("%(name)s is taken") % {"name": name})


def _taken_title(reason: Reason, taken: Occupancy, store: Store) -> str:
    name = _name(reason)
    if reason.why == Why.RESOURCE:
        return _("No booth is free")
    if reason.buffer is not None:
        return _buffer_title(reason.buffer, store)
    if taken.appointment is None:
        return _("A customer is just taking this hour with %(name)s") % {"name": name}
    appointment = taken.appointment
    return _("%(name)s serves %(customer)s until %(until)s") % {
        "name": name,
        "customer": short_name(appointment.customer.name),
        "until": local_hour(appointment.ends_at, store),
    }


def _buffer_title(buffer: BufferRule, store: Store) -> str:
    appointment = buffer.visit
    words = (
        _("After %(customer)s, until %(hour)s: %(minutes)d min of buffer")
        if buffer.comes_after
        else _("Before %(customer)s, at %(hour)s: %(minutes)d min of buffer")
    )
    edge = appointment.ends_at if buffer.comes_after else appointment.starts_at
    return words % {
        "customer": short_name(appointment.customer.name),
        "hour": local_hour(edge, store),
        "minutes": buffer.minutes,
    }


@register.simple_tag
def reason_detail(reason: Reason, store: Store) -> str:
    """A second line: the figure of the offer, or what a visit is about."""
    fact = reason.fact
    if isinstance(fact, Offer):
        return {
            Why.NOTICE: _("Notice: %(length)s.")
            % {"length": duration(fact.minimum_notice)},
            Why.HORIZON: _("Horizon: %(days)d days.") % {"days": fact.horizon},
            Why.OFF_GRID: _("One start every %(minutes)d min.")
            % {"minutes": fact.step},
            Why.CEILING: _("At most %(count)d a day.")
            % {"count": fact.daily_ceiling or 0},
        }.get(reason.why, "")
    if isinstance(fact, Topic):
        freed = {"hour": f"{FREED_AT:%H:%M}"}
        return _("Until %(hour)s of that day; then all may have it.") % freed
    if reason.buffer is not None:
        topic = {"topic": reason.buffer.topic.label}
        return _("The rule of the topic “%(topic)s”.") % topic
    if isinstance(fact, Occupancy):
        return _taken_detail(fact, store)
    return ""


def _taken_detail(taken: Occupancy, store: Store) -> str:
    if taken.hold is not None:
        until = local_hour(taken.hold.expires_at, store)
        return _("Held until %(until)s.") % {"until": until}
    appointment = taken.appointment
    if appointment is None:
        return ""
    by = channel_name(appointment.channel, appointment.store)
    about = f"{by}, {appointment.topic.label}."
    buffer = int((taken.ends_at - appointment.ends_at).total_seconds()) // 60
    if buffer <= 0:
        return about
    return about + " " + _("Then %(minutes)d min of buffer.") % {"minutes": buffer}


def _name(reason: Reason) -> str:
    return reason.staff_member.first_name if reason.staff_member else ""
