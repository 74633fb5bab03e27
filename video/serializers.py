"""What signalling carries, checked before a use case sees it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

LARGEST_DESCRIPTION = 200_000
"""Characters; a browser's offer with four participants' sections has under 20,000."""


@extend_schema_serializer(component_name="SessionOffer")
class OfferSerializer(serializers.Serializer[Any]):
    """An RTCSessionDescription of type offer. `resume` comes with a re-join."""

    type = serializers.ChoiceField(choices=["offer"])
    sdp = serializers.CharField(max_length=LARGEST_DESCRIPTION, trim_whitespace=False)
    resume = serializers.CharField(max_length=64, required=False, default="")


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
