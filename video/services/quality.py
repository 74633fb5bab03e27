"""Measures of browsers of their lines, written down for the support page."""

from __future__ import annotations

import datetime as dt

from video.models import CallQualitySample, Participant

MOST_SAMPLES = 600
"""Of one seat: five hours at one sample each half minute."""


def record_quality(
    *,
    participant: Participant,
    now: dt.datetime,
    line: str,
    reason: str = "",
    rung: str = "",
    round_trip_ms: int | None = None,
    lost_percent: float | None = None,
    frames_per_second: int | None = None,
    freezes: int = 0,
    kbits_in: int | None = None,
    kbits_out: int | None = None,
) -> bool:
    """One sample of one seat; False when it has sent more than a visit can need.
    Figures of a browser prove nothing: they are shown, never acted upon."""
    samples = CallQualitySample.objects.for_brand(participant.brand)
    if samples.filter(participant=participant).count() >= MOST_SAMPLES:
        return False
    samples.create(
        brand=participant.brand,
        participant=participant,
        taken_at=now,
        line=line,
        reason=reason,
        rung=rung,
        round_trip_ms=round_trip_ms,
        lost_percent=lost_percent,
        frames_per_second=frames_per_second,
        freezes=freezes,
        kbits_in=kbits_in,
        kbits_out=kbits_out,
    )
    return True
