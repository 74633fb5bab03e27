"""API v1 of booking: find a time, hold it, book it, see and cancel what one booked.

Nobody signs in here. A hold belongs to the visitor's cookie; an appointment opens to
the browser that knows its link, or to `Authorization: Link <token>`.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from booking import next_times, search
from booking.access import (
    appointment_for_link,
    hold_for_visitor,
    network_of,
    remember_link,
    remember_visitor,
    visitor_of,
)
from booking.idempotency import HEADER, idempotent
from booking.links import link_for_token, permanent_url
from booking.models import Actor, Appointment
from booking.serializers import (
    AppointmentSerializer,
    BookingRequest,
    BrandSerializer,
    HoldRequest,
    HoldSerializer,
    NearQuery,
    NearSerializer,
    OfferSerializer,
    StartSerializer,
    StartsQuery,
    StoreSerializer,
    TopicSerializer,
)
from booking.services import booking as services
from booking.services.cancelling import cancel_appointment
from booking.throttles import NetworkThrottle, WriteThrottle
from stores.access import (
    brand_for_slug,
    brands_open_to_all,
    offer_for,
    offers_for_store,
    staff_member_for_store,
    store_for_slug,
    stores_of,
    topic_for_slug,
    topics_of,
)
from stores.models import Brand
from stores.near import Point

LINK_SCHEME = "link "
AUTHORIZATION = OpenApiParameter(
    "Authorization", str, OpenApiParameter.HEADER, description="Link <token>"
)

IDEMPOTENCY = OpenApiParameter(HEADER, str, OpenApiParameter.HEADER)


@extend_schema(responses=BrandSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def brands(request: Request) -> Response:
    return Response(BrandSerializer(brands_open_to_all(), many=True).data)


@extend_schema(responses=StoreSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def stores(request: Request, brand: str) -> Response:
    return Response(StoreSerializer(stores_of(brand_for_slug(brand)), many=True).data)


@extend_schema(parameters=[NearQuery], responses=NearSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def near(request: Request, brand: str) -> Response:
    """The twenty stores nearest to a point, with the first free start per channel."""
    query = NearQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    wanted = query.validated_data
    found_brand = brand_for_slug(brand)
    found = next_times.near_times(
        found_brand,
        topic_for_slug(found_brand, wanted["topic"]),
        Point(wanted["lat"], wanted["lon"]),
        channel=wanted.get("channel"),
        now=timezone.now(),
    )
    return Response(NearSerializer(found, many=True).data)


@extend_schema(responses=TopicSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def topics(request: Request, brand: str) -> Response:
    return Response(TopicSerializer(topics_of(brand_for_slug(brand)), many=True).data)


@extend_schema(responses=OfferSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def offers(request: Request, brand: str, store: str) -> Response:
    """What the store offers, by topic and channel."""
    found = store_for_slug(brand_for_slug(brand), store)
    return Response(OfferSerializer(offers_for_store(found), many=True).data)


@extend_schema(parameters=[StartsQuery], responses=StartSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def starts(request: Request, brand: str, store: str) -> Response:
    """The bookable starts of a topic by a channel, in order of time."""
    query = StartsQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    wanted = query.validated_data
    found_store = store_for_slug(brand_for_slug(brand), store)
    topic = topic_for_slug(found_store.brand, wanted["topic"])
    offer = offer_for(store=found_store, topic=topic, channel=wanted["channel"])
    staff = wanted.get("staff")
    found = [] if offer is None else search.starts(
        offer=offer,
        store=found_store,
        now=timezone.now(),
        since=wanted.get("since"),
        until=wanted.get("until"),
        staff_member=staff_member_for_store(found_store, staff) if staff else None,
    )  # fmt: skip
    return Response(StartSerializer(found, many=True).data)


@extend_schema(
    parameters=[IDEMPOTENCY], request=HoldRequest, responses={201: HoldSerializer}
)
@api_view(["POST"])
@throttle_classes([WriteThrottle])
@idempotent
def hold(request: Request, brand: str) -> Response:
    """Keeps a start for ten minutes; 409 `slot_taken` names the three nearest."""
    asked = HoldRequest(data=request.data)
    asked.is_valid(raise_exception=True)
    facts = asked.validated_data
    store = store_for_slug(brand_for_slug(brand), facts["store"])
    staff = facts.get("staff_member")
    held = services.hold_slot(
        store=store,
        topic=topic_for_slug(store.brand, facts["topic"]),
        channel=facts["channel"],
        starts_at=facts["starts_at"],
        staff_member=staff_member_for_store(store, staff) if staff else None,
        visitor=visitor_of(request),
        network=network_of(request),
        now=timezone.now(),
    )
    response = Response(HoldSerializer(held).data, status=HTTPStatus.CREATED)
    remember_visitor(request, response)
    return response


@extend_schema(
    parameters=[IDEMPOTENCY],
    request=BookingRequest,
    responses={201: AppointmentSerializer},
)
@api_view(["POST"])
@throttle_classes([WriteThrottle])
@idempotent
def book(request: Request, brand: str, hold_id: uuid.UUID) -> Response:
    """Makes the visitor's hold an appointment; `link` is its permanent address."""
    held = hold_for_visitor(request, brand_for_slug(brand), hold_id)
    asked = BookingRequest(data=request.data, context={"hold": held})
    asked.is_valid(raise_exception=True)
    made = services.book_appointment(
        hold=held,
        **asked.validated_data,
        now=timezone.now(),
        source=Appointment.Source.API,
    )
    response = _answer(made, status=HTTPStatus.CREATED)
    remember_link(request, response, made.links.get())
    return response


@extend_schema(parameters=[AUTHORIZATION], responses=AppointmentSerializer)
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def appointment(request: Request, brand: str, appointment_id: uuid.UUID) -> Response:
    return _answer(_appointment_for(request, brand_for_slug(brand), appointment_id))


@extend_schema(
    parameters=[AUTHORIZATION], request=None, responses=AppointmentSerializer
)
@api_view(["POST"])
@throttle_classes([WriteThrottle])
def cancel(request: Request, brand: str, appointment_id: uuid.UUID) -> Response:
    found = _appointment_for(request, brand_for_slug(brand), appointment_id)
    cancel_appointment(appointment=found, by=Actor.customer(), now=timezone.now())
    return _answer(found)


def _appointment_for(
    request: Request, brand: Brand, appointment_id: uuid.UUID
) -> Appointment:
    """By the link in the header, else by the links that this browser has opened."""
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


def _answer(found: Appointment, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    document = {**AppointmentSerializer(found).data, "link": permanent_url(found)}
    return Response(document, status=status)
