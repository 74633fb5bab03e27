"""API v1 of booking: find a time, hold it, book it.

Nobody signs in here: a hold belongs to the visitor's cookie. What becomes of it is in
`booking.api.appointments`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import hold_for_visitor
from booking.api.appointments import document
from booking.api.idempotency import PARAMETER as IDEMPOTENCY
from booking.api.idempotency import idempotent
from booking.api.pagination import PageQuery, page, page_schema, rows_in
from booking.api.requests import BookingRequest
from booking.api.serializers import (
    AppointmentDocument,
    BrandSerializer,
    FirstSerializer,
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
from booking.api.throttles import NetworkThrottle, WriteThrottle
from booking.availability import search
from booking.availability.bits import iso
from booking.availability.query import StartQuery
from booking.availability.search import NearTimes
from booking.availability.starts import masks_for
from booking.models import Appointment
from booking.services import holding
from booking.services.hold_and_book import HeldTime, book_held
from booking.visitors import network_of, remember_link, remember_visitor, visitor_of
from stores.access import (
    brand_for_slug,
    brands_open_to_all,
    offer_for,
    offers_met,
    staff_member_for_store,
    store_in_brand,
    stores_after,
    topic_for_slug,
    topic_in_brand,
    topics_of,
)
from stores.models import Topic
from stores.near import Point
from stores.queries import questions_of


@extend_schema(
    operation_id="v1_brands_list",
    parameters=[PageQuery],
    responses=page_schema(BrandSerializer),
)
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def brands(request: Request) -> Response:
    return page(
        request,
        rows_in(brands_open_to_all(), lambda row: (row.pk,)),
        lambda row: (row.pk,),
        lambda rows: BrandSerializer(rows, many=True).data,
    )


@extend_schema(
    operation_id="v1_brands_stores_list",
    parameters=[PageQuery],
    responses=page_schema(StoreSerializer),
)
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def stores(request: Request, brand: str) -> Response:
    """The brand's stores in the order of their names."""
    found = brand_for_slug(brand)
    return page(
        request,
        lambda key, count: stores_after(found, key and (key[0], key[1]), count),
        lambda row: (row.name, row.pk),
        lambda rows: StoreSerializer(rows, many=True).data,
    )


@extend_schema(parameters=[NearQuery], responses=NearSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def near(request: Request, brand: str) -> Response:
    """The twenty stores nearest to a point, with the first free start per channel."""
    query = NearQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    wanted = query.validated_data
    topic = topic_in_brand(brand, wanted["topic"])
    found = search.near_times(
        topic.brand,
        topic,
        Point(wanted["lat"], wanted["lon"]),
        channel=wanted.get("channel"),
        now=timezone.now(),
    )
    return Response([near_as_json(one) for one in found])


@extend_schema(
    operation_id="v1_brands_topics_list",
    parameters=[PageQuery],
    responses=page_schema(TopicSerializer),
)
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def topics(request: Request, brand: str) -> Response:
    return page(
        request,
        rows_in(topics_of(brand_for_slug(brand)), lambda row: (row.position, row.pk)),
        lambda row: (row.position, row.pk),
        _topics,
    )


def _topics(rows: Sequence[Topic]) -> Any:
    context = {"questions": questions_of(rows)}
    return TopicSerializer(rows, many=True, context=context).data


@extend_schema(
    operation_id="v1_brands_stores_offers_list",
    parameters=[PageQuery],
    responses=page_schema(OfferSerializer),
)
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def offers(request: Request, brand: str, store: str) -> Response:
    """Lists the store's offers by topic and channel."""
    found = store_in_brand(brand, store)
    return page(
        request,
        rows_in(offers_met(found), lambda row: (row.topic.position, row.pk)),
        lambda row: (row.topic.position, row.pk),
        lambda rows: OfferSerializer(rows, many=True).data,
    )


@extend_schema(parameters=[StartsQuery], responses=StartSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def starts(request: Request, brand: str, store: str) -> HttpResponse:
    """The bookable starts of a topic by a channel, in order of time."""
    query = StartsQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    wanted = query.validated_data
    found_store = store_in_brand(brand, store)
    topic = topic_for_slug(found_store.brand, wanted["topic"])
    offer = offer_for(store=found_store, topic=topic, channel=wanted["channel"])
    staff = wanted.get("staff")
    found: list[tuple[str, str, int]] = []
    if offer is not None:
        masks = masks_for(
            StartQuery(
                offer=offer, store=found_store, now=timezone.now(), staff_member=staff
            )
        )
        found = masks.rows(masks.during(wanted.get("since"), wanted.get("until")))
    if staff and not found:
        # Who has an hour works there; of all others it is asked.
        staff_member_for_store(found_store, staff)
    return HttpResponse(rows_as_json(found), content_type="application/json")


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
    store = store_in_brand(brand, facts["store"])
    staff = facts.get("staff_member")
    held = holding.hold_slot(
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
    responses={201: AppointmentDocument},
)
@api_view(["POST"])
@throttle_classes([WriteThrottle])
@idempotent
def book(request: Request, brand: str, hold_id: uuid.UUID) -> Response:
    """Makes the visitor's hold an appointment; `link` is its permanent address. A hold
    that ran out is held again while its time is free."""
    held = hold_for_visitor(request, brand_for_slug(brand), hold_id)
    asked = BookingRequest(data=request.data, context={"hold": held})
    asked.is_valid(raise_exception=True)
    made = book_held(
        held=HeldTime.of(held),
        **asked.validated_data,
        source=Appointment.Source.API,
        visitor=visitor_of(request),
        network=network_of(request),
        now=timezone.now(),
    )
    response = Response(document(made, None), status=HTTPStatus.CREATED)
    remember_link(request, response, made.links.get())
    return response


@extend_schema(responses=FirstSerializer(many=True))
@api_view(["GET"])
@throttle_classes([NetworkThrottle])
def first(request: Request, brand: str, store: str, topic: str) -> Response:
    """One answer for a topic at a store: by each channel its first free start."""
    found = store_in_brand(brand, store)
    answer = search.first_by_channel(
        store=found, topic=topic_for_slug(found.brand, topic), now=timezone.now()
    )
    rows = [
        {"channel": offer.channel, "starts_at": start and start.starts_at}
        for offer, start in answer
    ]
    return Response(FirstSerializer(rows, many=True).data)


def rows_as_json(rows: Iterable[tuple[str, str, int]]) -> str:
    """Written here: texts of our own making need no escape."""
    lines = [
        f'{{"starts_at":"{start}","ends_at":"{end}","free":{free}}}'
        for start, end, free in rows
    ]
    return f"[{','.join(lines)}]"


def near_as_json(found: NearTimes) -> dict[str, Any]:
    """Returns the document of NearSerializer, without its cost per field for 20
    stores."""
    store = found.near.store
    return {
        "store": {name: getattr(store, name) for name in StoreSerializer.Meta.fields},
        "metres": round(found.near.metres),
        "firsts": [
            {"channel": channel, "starts_at": start and iso(start.starts_at)}
            for channel, start in found.firsts.items()
        ],
    }
