"""Requests of the API about appointments: which ones, and what to do with one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from booking.api.fields import LinesField
from booking.api.serializers import IdField, InstantField
from booking.shown import Shown
from booking.states import Status
from stores.access import store_for_slug
from stores.models import Channel, Store

STAMP = frozenset({"sequence", "version"})


class AppointmentsQuery(serializers.Serializer[Any]):
    """Filters the brand's appointments: of a store, by a channel, in a status,
    beginning at `since` or later and before `until`."""

    store = serializers.SlugField(required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    since = InstantField(required=False)
    until = InstantField(required=False)

    def validate_store(self, slug: str) -> Store:
        return store_for_slug(self.context["brand"], slug)


class ActRequest(serializers.Serializer[Any]):
    """The version that was shown, both optional. If another time, adviser or channel
    holds now, or the appointment is over: 409 `stale_version`."""

    sequence = serializers.IntegerField(required=False, min_value=0)
    version = serializers.IntegerField(required=False, min_value=1)

    def shown(self) -> Shown | None:
        data = self.validated_data
        known = Shown(data.get("version"), data.get("sequence"))
        return known if known != Shown() else None

    def wish(self) -> dict[str, Any]:
        """Returns the request as keywords of the service."""
        data = self.validated_data
        return {name: data[name] for name in data if name not in STAMP}


class MoveRequest(ActRequest):
    """The changes; the rest stays."""

    starts_at = InstantField(required=False)
    staff_member = IdField(required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if not data.keys() - STAMP:
            raise serializers.ValidationError(
                {"starts_at": _("Say what shall change.")}
            )
        return data


class DeclineRequest(ActRequest):
    """The store's words, which the customer reads as they are."""

    answer = LinesField(required=False, allow_blank=True, max_length=280)


def act_asked(request: Request) -> ActRequest:
    """Of an act that needs no body: nobody must say of what kind an empty one is."""
    is_json = request.content_type.startswith("application/json")
    asked = ActRequest(data=request.data if is_json else {})
    asked.is_valid(raise_exception=True)
    return asked
