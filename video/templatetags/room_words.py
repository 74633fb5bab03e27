"""Words for what the room's rows say by codes."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from video.models import CallQualitySample, Participant, Stay

register = template.Library()

ROLES = {
    "customer": gettext_lazy("Customer"),
    "adviser": gettext_lazy("Adviser"),
    "guest": gettext_lazy("Invited"),
    "supervisor": gettext_lazy("Supervisor"),
}
REASONS = {
    "left": gettext_lazy("Left the room"),
    "replaced": gettext_lazy("Came back by another way"),
    "closed": gettext_lazy("Closed the page"),
    "lost": gettext_lazy("The line was lost"),
    "failed": gettext_lazy("Never got through"),
    "timeout": gettext_lazy("Never got through"),
    "removed": gettext_lazy("Was asked to leave"),
    "by_phone": gettext_lazy("Went on by phone"),
    "room_ended": gettext_lazy("The room's time was over"),
    "room_closed": gettext_lazy("The visit was over"),
    "worker_closed": gettext_lazy("The media server ended"),
}
LINES = {
    "good": gettext_lazy("good"),
    "fair": gettext_lazy("fair"),
    "poor": gettext_lazy("poor"),
}
CAUSES = {
    "loss": gettext_lazy("losing packets"),
    "delay": gettext_lazy("slow answers"),
    "rate": gettext_lazy("too narrow"),
    "freeze": gettext_lazy("the picture froze"),
    "frames": gettext_lazy("few pictures a second"),
    "cpu": gettext_lazy("the device is too busy"),
    "jitter": gettext_lazy("uneven"),
}


@register.filter
def role_word(seat: Participant) -> str:
    return str(ROLES.get(seat.role, seat.role))


@register.filter
def reason_word(stay: Stay) -> str:
    return str(REASONS.get(stay.reason, _("Left the room")))


@register.filter
def line_word(sample: CallQualitySample) -> str:
    line = str(LINES.get(sample.line, sample.line))
    cause = CAUSES.get(sample.reason)
    return f"{line}, {cause}" if cause else line
