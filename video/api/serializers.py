"""The documents of signalling, checked before a use case sees them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

LARGEST_DESCRIPTION = 200_000
"""Characters; a browser's offer with four participants' sections has under 20,000."""


def _figure(most: int) -> serializers.IntegerField:
    """A measurement that a browser may not have."""
    return serializers.IntegerField(
        min_value=0, max_value=most, allow_null=True, default=None
    )


@extend_schema_serializer(component_name="SessionOffer")
class OfferSerializer(serializers.Serializer[Any]):
    """An RTCSessionDescription of type offer. `resume` comes with a re-join."""

    type = serializers.ChoiceField(choices=["offer"])
    sdp = serializers.CharField(max_length=LARGEST_DESCRIPTION, trim_whitespace=False)
    resume = serializers.CharField(max_length=64, required=False, default="")


@extend_schema_serializer(component_name="CallQuality")
class QualitySerializer(serializers.Serializer[Any]):
    """The measures of a page's line since its last report."""

    line = serializers.ChoiceField(choices=["good", "fair", "poor"])
    reason = serializers.ChoiceField(
        choices=["", "loss", "delay", "rate", "freeze", "frames", "cpu", "jitter"],
        default="",
    )
    rung = serializers.ChoiceField(
        choices=["", "720p", "480p", "360p", "180p", "audio"], default=""
    )
    round_trip_ms = _figure(60_000)
    lost_percent = serializers.FloatField(
        min_value=0, max_value=100, allow_null=True, default=None
    )
    frames_per_second = _figure(240)
    freezes = serializers.IntegerField(min_value=0, max_value=100_000, default=0)
    kbits_in = _figure(1_000_000)
    kbits_out = _figure(1_000_000)


@extend_schema_serializer(component_name="SessionAnswer")
class AnswerSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["answer"])
    sdp = serializers.CharField()


@extend_schema_serializer(component_name="SessionJoined")
class JoinedSerializer(AnswerSerializer):
    """`resume` is for this page alone: it proves later calls of the same seat."""

    session = serializers.CharField()
    participant = serializers.UUIDField()
    resume = serializers.CharField()
