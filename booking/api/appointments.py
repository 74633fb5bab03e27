"""API v1: appointments, by their link or by a brand's key.

A customer's browser knows the links that it has opened, and `Authorization: Link …`
opens one. A brand's own systems come with a key and its scopes; they act as the store.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import api_view, authentication_classes, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import appointment_for_key, appointment_for_link
from booking.api.authentication import KeyAuthentication, KeyThrottle, key_of, need
from booking.api.idempotency import PARAMETER as IDEMPOTENCY
from booking.api.idempotency import idempotent
from booking.api.pagination import PageQuery, page, page_schema
from booking.api.requests import (
    ActRequest,
    AppointmentsQuery,
    DirectRequest,
    MoveRequest,
    act_asked,
)
from booking.api.serializers import (
    AnswerSerializer,
    AppointmentDocument,
    AppointmentSerializer,
)
from booking.api.throttles import WriteThrottle
from booking.availability.alternatives import times_instead
from booking.links import link_for_token, permanent_url
from booking.models import Actor, ApiKey, Appointment
from booking.queries import appointments_after
from booking.services.cancelling import cancel_appointment
from booking.services.hold_and_book import book_directly
from booking.services.rescheduling import move_appointment
from booking.states import Status
from stores.access import (
    brand_for_slug,
    staff_member_for_store,
    store_for_slug,
    topic_for_slug,
)
from stores.models import Brand, Store

LINK_SCHEME = "link "
READ = ApiKey.Scope.READ_APPOINTMENTS
WRITE = ApiKey.Scope.WRITE_APPOINTMENTS
AUTHORIZATION = OpenApiParameter(
    "Authorization",
    str,
    OpenApiParameter.HEADER,
    description="`Link <token>` of this appointment, or `Api-Key <key>`.",
)
WHO = authentication_classes([KeyAuthentication, SessionAuthentication])


@extend_schema(
    methods=["GET"],
    operation_id="v1_brands_appointments_list",
    parameters=[PageQuery, AppointmentsQuery],
    responses=page_schema(AppointmentDocument),
)
@extend_schema(
    methods=["POST"],
    parameters=[IDEMPOTENCY],
    request=DirectRequest,
    responses={201: AppointmentDocument},
)
@api_view(["GET", "POST"])
@WHO
@throttle_classes([KeyThrottle])
def appointments(request: Request, brand: str) -> Response:
    """The brand's appointments in order of time (`read:appointments`; with
    `read:customers` also whom to reach), or one more (`write:appointments`)."""
    of_brand = brand_for_slug(brand)
    if request.method == "POST":
        return _create(request, brand, key=need(request, of_brand, WRITE))
    key = need(request, of_brand, READ)
    wanted = AppointmentsQuery(data=request.query_params, context={"brand": of_brand})
    wanted.is_valid(raise_exception=True)
    return page(
        request,
        lambda after, count: appointments_after(
            of_brand, after and (after[0], after[1]), count, **wanted.validated_data
        ),
        lambda row: (row.starts_at.isoformat(), str(row.pk)),
        lambda rows: _rows(rows, key),
    )


@idempotent
def _create(request: Request, brand: str, *, key: ApiKey) -> Response:
    of_brand = brand_for_slug(brand)
    asked = DirectRequest(data=request.data, context={"brand": of_brand})
    asked.is_valid(raise_exception=True)
    facts = dict(asked.validated_data)
    store = store_for_slug(of_brand, facts.pop("store"))
    made = book_directly(
        store=store,
        topic=topic_for_slug(of_brand, facts.pop("topic")),
        staff_member=_staff(store, facts.pop("staff_member", None)),
        **facts,
        network=f"key {key.prefix}",
        source=Appointment.Source.API,
        now=timezone.now(),
    )
    return Response(document(made, key), status=HTTPStatus.CREATED)


@extend_schema(parameters=[AUTHORIZATION], responses=AppointmentDocument)
@api_view(["GET"])
@WHO
@throttle_classes([KeyThrottle])
def appointment(request: Request, brand: str, appointment_id: uuid.UUID) -> Response:
    found, _by = found_for(request, brand, appointment_id, READ)
    return Response(document(found, key_of(request)))


@extend_schema(
    parameters=[AUTHORIZATION, IDEMPOTENCY],
    request=ActRequest,
    responses=AppointmentDocument,
)
@api_view(["POST"])
@WHO
@throttle_classes([WriteThrottle, KeyThrottle])
def cancel(request: Request, brand: str, appointment_id: uuid.UUID) -> Response:
    """By the customer with the link, by the store with a key (`write:appointments`).
    409 `stale_version` where it is no longer what `sequence` or `version` says."""
    found, by = found_for(request, brand, appointment_id, WRITE)
    return _cancel(request, brand, found=found, by=by)


@idempotent
def _cancel(request: Request, brand: str, *, found: Appointment, by: Actor) -> Response:
    shown = act_asked(request).shown()
    cancel_appointment(appointment=found, by=by, now=timezone.now(), shown=shown)
    return Response(document(found, key_of(request)))


@extend_schema(
    parameters=[AUTHORIZATION, IDEMPOTENCY],
    request=MoveRequest,
    responses=AppointmentDocument,
)
@api_view(["POST"])
@WHO
@throttle_classes([WriteThrottle, KeyThrottle])
def move(request: Request, brand: str, appointment_id: uuid.UUID) -> Response:
    """Another time, adviser or channel; 409 `slot_taken` names the three nearest, 409
    `stale_version` says that it is no longer what `sequence` or `version` says."""
    found, by = found_for(request, brand, appointment_id, WRITE)
    return _move(request, brand, found=found, by=by)


@idempotent
def _move(request: Request, brand: str, *, found: Appointment, by: Actor) -> Response:
    asked = MoveRequest(data=request.data)
    asked.is_valid(raise_exception=True)
    facts = asked.wish()
    staff = _staff(found.store, facts.pop("staff_member", None))
    move_appointment(
        appointment=found,
        staff_member=staff,
        **facts,
        by=by,
        now=timezone.now(),
        shown=asked.shown(),
    )
    return Response(document(found, key_of(request)))


def _staff(store: Store, staff_id: int | None) -> Any:
    return None if staff_id is None else staff_member_for_store(store, staff_id)


def found_for(
    request: Request, brand: str, appointment_id: uuid.UUID, scope: ApiKey.Scope
) -> tuple[Appointment, Actor]:
    """The appointment and who acts: by a key, by the link in the header, else by the
    links that this browser has opened."""
    of_brand = brand_for_slug(brand)
    if key_of(request) is not None:
        key = need(request, of_brand, scope)
        return appointment_for_key(key, appointment_id), Actor.system()
    return _for_link(request, of_brand, appointment_id), Actor.customer()


def _for_link(request: Request, brand: Brand, appointment_id: uuid.UUID) -> Appointment:
    given = request.headers.get("Authorization", "")
    if given.lower().startswith(LINK_SCHEME):
        link = link_for_token(given[len(LINK_SCHEME) :].strip())
        if link is None or link.appointment_id != appointment_id:
            raise Http404
        found = link.appointment
    else:
        found = appointment_for_link(request, appointment_id)
    if found.brand_id != brand.pk:
        raise Http404
    return found


def document(found: Appointment, key: ApiKey | None) -> dict[str, Any]:
    """Of one appointment; what was declined is told with the times that are free
    instead."""
    if found.status != Status.DECLINED:
        return _row(found, key)
    nearest = times_instead(found, now=timezone.now())
    return _row(found, key) | {"nearest": [start.as_json() for start in nearest]}


def _rows(rows: Sequence[Appointment], key: ApiKey) -> list[dict[str, Any]]:
    if key.allows(ApiKey.Scope.READ_CUSTOMERS):
        prefetch_related_objects(rows, "answers")
    return [_row(one, key) for one in rows]


def _row(found: Appointment, key: ApiKey | None) -> dict[str, Any]:
    """Returns one appointment. The holder of the link gets its address again; a key
    acts for the store and gets no link, and the customer's contact and answers only
    with its scope."""
    document = dict(AppointmentSerializer(found).data)
    if key is None or key.allows(ApiKey.Scope.READ_CUSTOMERS):
        answers = [one for one in found.answers.all() if one.text]
        document["answers"] = AnswerSerializer(answers, many=True).data
        document["brought"] = {
            "product": found.product,
            "stock": found.stock,
            "stock_left": found.stock_left,
            "needs": found.needs.split(),
        }
    if key is None:
        document["link"] = permanent_url(found)
    elif key.allows(ApiKey.Scope.READ_CUSTOMERS):
        who = found.customer
        document["customer"] = {
            "name": who.name,
            "email": who.email,
            "phone": who.phone,
        }
        document["person"] = who.person_id
    return document
