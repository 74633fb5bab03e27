"""API v1: the store's answer to what was asked for, by a brand's key."""

from __future__ import annotations

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from booking.api.appointments import WHO, WRITE, document, found_for
from booking.api.authentication import KeyThrottle, need
from booking.api.idempotency import PARAMETER as IDEMPOTENCY
from booking.api.idempotency import idempotent
from booking.api.requests import ActRequest, DeclineRequest, act_asked
from booking.api.serializers import AppointmentDocument
from booking.models import Actor, ApiKey, Appointment
from booking.services.answers import confirm_request, decline_request
from stores.access import brand_for_slug

STORE = Actor.system()


@extend_schema(
    parameters=[IDEMPOTENCY], request=ActRequest, responses=AppointmentDocument
)
@api_view(["POST"])
@WHO
@throttle_classes([KeyThrottle])
def confirm(request: Request, brand: str, appointment_id: uuid.UUID) -> Response:
    """The store says yes to a request (`write:appointments`); 409 `move_refused` for
    what is not asked for any more."""
    found, key = _found(request, brand, appointment_id)
    return _confirm(request, brand, found=found, key=key)


@idempotent
def _confirm(
    request: Request, brand: str, *, found: Appointment, key: ApiKey
) -> Response:
    shown = act_asked(request).shown()
    confirm_request(appointment=found, by=STORE, now=timezone.now(), shown=shown)
    return Response(document(found, key))


@extend_schema(
    parameters=[IDEMPOTENCY], request=DeclineRequest, responses=AppointmentDocument
)
@api_view(["POST"])
@WHO
@throttle_classes([KeyThrottle])
def decline(request: Request, brand: str, appointment_id: uuid.UUID) -> Response:
    """The store says no, with words for the customer (`write:appointments`); `nearest`
    are the times that they are offered instead."""
    found, key = _found(request, brand, appointment_id)
    return _decline(request, brand, found=found, key=key)


@idempotent
def _decline(
    request: Request, brand: str, *, found: Appointment, key: ApiKey
) -> Response:
    asked = DeclineRequest(data=request.data)
    asked.is_valid(raise_exception=True)
    decline_request(
        appointment=found,
        **asked.wish(),
        by=STORE,
        now=timezone.now(),
        shown=asked.shown(),
    )
    return Response(document(found, key))


def _found(
    request: Request, brand: str, appointment_id: uuid.UUID
) -> tuple[Appointment, ApiKey]:
    """Finds the visit for a key. Others get 404; its customer is told that a key is
    needed."""
    found, _by = found_for(request, brand, appointment_id, WRITE)
    return found, need(request, brand_for_slug(brand), WRITE)
