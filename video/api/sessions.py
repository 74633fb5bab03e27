"""Signalling over HTTP, shaped like WHIP (RFC 9725): one offer, one answer.

A customer is known by the cookie of the permanent link, staff by their session; each
call carries a CSRF token, for a cookie alone proves no will. `?as=adviser` says which
of the two asks. Nothing reaches the worker before the seat is granted, and nobody may
offer so often that a broken page keeps a worker busy.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from booking.api.parsers import StrictJSONParser, read_at_most
from video import services
from video.access import Seat, seat_for
from video.api.serializers import (
    AnswerSerializer,
    JoinedSerializer,
    OfferSerializer,
    QualitySerializer,
)
from video.errors import TooManyOffers
from video.models import Participant
from video.services.joining import seat_of

RESUME_HEADER = "Resume-Secret"
ROLES = ["customer", "adviser", "supervisor", "guest"]
PARAMETERS = [
    OpenApiParameter("as", str, enum=ROLES, default="customer"),
]
RESUME_PARAMETER = OpenApiParameter(RESUME_HEADER, str, OpenApiParameter.HEADER)

OFFERS_PER_MINUTE = 30
"""A page that re-joins every two seconds is the fastest that means well."""


class VisitorAuthentication(SessionAuthentication):
    """Checks the CSRF token of everybody: a link cookie travels by itself just as a
    session's does."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        self.enforce_csrf(request)
        return super().authenticate(request)


class SdpParser(BaseParser):
    """`application/sdp` as WHIP clients send it."""

    media_type = "application/sdp"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, str]:
        return {"type": "offer", "sdp": read_at_most(stream).decode(errors="replace")}


class SignallingView(APIView):
    authentication_classes = [VisitorAuthentication]
    parser_classes = [StrictJSONParser, SdpParser]

    def seat(self, room_id: UUID) -> Seat:
        wanted = self.request.query_params.get("as", "customer")
        return seat_for(self.request, room_id, wanted)

    def offer(self) -> dict[str, str]:
        serializer = OfferSerializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        offer: dict[str, str] = serializer.validated_data
        return offer

    def resume(self) -> str:
        return self.request.headers.get(RESUME_HEADER, "")


class SessionsView(SignallingView):
    @extend_schema(
        request=OfferSerializer,
        responses={201: JoinedSerializer},
        parameters=PARAMETERS,
    )
    def post(self, request: Request, room_id: UUID) -> Response:
        """Join, or re-join with `resume`."""
        now = timezone.now()
        seat = self.seat(room_id)
        participant = seat_of(seat, now=now)
        take_offer(participant, now)
        offer = self.offer()
        joined = services.join_room(
            seat=seat,
            participant=participant,
            offer=offer["sdp"],
            resume=offer["resume"] or self.resume(),
            now=now,
        )
        content = {
            "type": "answer",
            "sdp": joined.answer,
            "session": joined.session,
            "participant": str(joined.participant.pk),
            "resume": joined.resume,
        }
        address = reverse("video_api:session", args=[room_id, joined.session])
        return Response(content, status=201, headers={"Location": address})


class QualityView(SignallingView):
    @extend_schema(
        request=QualitySerializer, responses={204: None}, parameters=PARAMETERS
    )
    def post(self, request: Request, room_id: UUID) -> Response:
        """A sample of one's own line, about twice a minute; figures only."""
        now = timezone.now()
        participant = seat_of(self.seat(room_id), now=now)
        serializer = QualitySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.record_quality(
            participant=participant, **serializer.validated_data, now=now
        )
        return Response(status=204)


class SessionView(SignallingView):
    @extend_schema(
        request=OfferSerializer,
        responses=AnswerSerializer,
        parameters=[*PARAMETERS, RESUME_PARAMETER],
    )
    def patch(self, request: Request, room_id: UUID, session: str) -> Response:
        """A new offer of a running session."""
        now = timezone.now()
        seat = self.seat(room_id)
        take_offer(seat_of(seat, now=now), now)
        offer = self.offer()
        sdp = services.renew_session(
            seat=seat,
            session=session,
            resume=offer["resume"] or self.resume(),
            offer=offer["sdp"],
        )
        return Response({"type": "answer", "sdp": sdp})

    @extend_schema(responses={204: None}, parameters=[*PARAMETERS, RESUME_PARAMETER])
    def delete(self, request: Request, room_id: UUID, session: str) -> Response:
        """Leave. The page sends it with `keepalive`, so that closing a tab leaves."""
        services.leave_room(
            seat=self.seat(room_id),
            session=session,
            resume=self.resume(),
            now=timezone.now(),
        )
        return Response(status=204)


def take_offer(participant: Participant, now: dt.datetime) -> None:
    """Raises TooManyOffers. Counted in the cache: flushed, it starts again at none."""
    key = f"video.offers.{participant.pk}.{int(now.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > OFFERS_PER_MINUTE:
        raise TooManyOffers
