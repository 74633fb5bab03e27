"""Access to the rows of booking: the object, or an Http404 that tells nothing.

A customer's browser carries two signed HttpOnly cookies: the links it has opened, and
a random visitor id that owns at most one hold per brand. Staff see the appointments
of their workplace's stores.
"""

from __future__ import annotations

import datetime as dt
import hmac
import uuid

from django.core import signing
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.crypto import salted_hmac

from booking.errors import DataErased
from booking.links import token_hash as hash_of_link
from booking.models import (
    AccessLink,
    ApiKey,
    Appointment,
    CalendarFeed,
    Hold,
    Import,
)
from booking.models.api_key import key_hash
from booking.models.querysets import AppointmentQuerySet
from booking.visitors import (
    LINKS_COOKIE,
    MOST_LINKS,
    VISITOR_COOKIE,
    links_of,
    set_cookie,
    visitor_of,
)
from stores.accounts.workplace import Workplace
from stores.models import (
    AbsenceRequest,
    Agenda,
    Brand,
    Resource,
    StaffMember,
    Store,
    StoreEdit,
    Topic,
)
from stores.models.store import StoreQuerySet


def appointment_for_link(
    request: HttpRequest, appointment_id: uuid.UUID
) -> Appointment:
    """The appointment, if this browser has opened its link as it is valid today.
    DataErased where its customer had all that is known of them erased."""
    known = links_of(request)
    rows = AccessLink.objects.all_brands().filter(
        appointment=appointment_id, purpose=AccessLink.Purpose.CUSTOMER
    )
    for link_id, generation in rows.values_list("id", "generation"):
        if known.get(link_id.hex) == generation:
            found = _appointments().get(pk=appointment_id)
            if found.erased_at is not None:
                raise DataErased
            return found
    raise Http404


def guest_link_for(request: HttpRequest, appointment_id: uuid.UUID) -> AccessLink:
    """The guest link to this appointment's room that this browser opened last, as it
    is valid today; the appointment itself stays closed to them."""
    known = links_of(request)
    rows = AccessLink.objects.all_brands().filter(
        appointment=appointment_id, purpose=AccessLink.Purpose.GUEST
    )
    for link in rows.order_by("-created_at"):
        if known.get(link.id.hex) == link.generation:
            link.appointment = _appointments().get(pk=appointment_id)
            return link
    raise Http404


def appointment_for_staff(
    workplace: Workplace, appointment_id: uuid.UUID
) -> Appointment:
    """An appointment of one's stores, or one's own wherever the customer chose it."""
    rows = seen_by(workplace, _appointments().for_brand(workplace.brand))
    return get_object_or_404(rows, pk=appointment_id)


def seen_by(
    workplace: Workplace, rows: AppointmentQuerySet[Appointment]
) -> AppointmentQuerySet[Appointment]:
    """Those of the brand's that somebody of this workplace may open."""
    if workplace.sees_whole_brand:
        return rows
    seen = Q(store__in=[store.pk for store in workplace.stores])
    if workplace.staff_member is not None:
        seen |= Q(staff_member=workplace.staff_member)
    return rows.filter(seen)


def feed_for_token(token: str) -> CalendarFeed:
    """The feed of somebody who still works here, by its token alone."""
    rows = CalendarFeed.objects.all_brands().select_related("staff_member", "brand")
    working = rows.filter(staff_member__active=True, brand__active=True)
    working = working.exclude(staff_member__user__is_active=False)
    return get_object_or_404(working, token_hash=hash_of_link(token))


def feed_of(staff_member: StaffMember) -> CalendarFeed | None:
    rows = CalendarFeed.objects.for_brand(staff_member.brand)
    return rows.filter(staff_member=staff_member).first()


def agenda_for_desk(workplace: Workplace, agenda_id: int) -> Agenda:
    """An agenda of the workplace's brand, of staff posted to a store one may see."""
    agendas = Agenda.objects.for_brand(workplace.brand).select_related("staff_member")
    if not workplace.sees_whole_brand:
        stores = [store.pk for store in workplace.stores]
        agendas = agendas.filter(staff_member__postings__store__in=stores).distinct()
    return get_object_or_404(agendas, pk=agenda_id)


def request_for_desk(workplace: Workplace, asked_id: int) -> AbsenceRequest:
    """An absence that is asked for, on an agenda that the workplace sees."""
    rows = AbsenceRequest.objects.for_brand(workplace.brand)
    rows = rows.select_related("agenda__staff_member", "answered_by", "brand")
    asked = get_object_or_404(rows, pk=asked_id)
    agenda_for_desk(workplace, asked.agenda_id)
    return asked


def own_request_or_404(workplace: Workplace, asked_id: int) -> AbsenceRequest:
    rows = AbsenceRequest.objects.for_brand(workplace.brand).select_related("brand")
    member = workplace.staff_member
    return get_object_or_404(rows, pk=asked_id, agenda__staff_member=member or 0)


def person_for_desk(workplace: Workplace, staff_id: int) -> StaffMember:
    """Somebody of the brand, active or not, with account, invitation and agenda; for
    who does not lead the brand, only people posted to a store that they may see."""
    rows = StaffMember.objects.for_brand(workplace.brand)
    if not workplace.sees_whole_brand:
        stores = [store.pk for store in workplace.stores]
        rows = rows.filter(postings__store__in=stores).distinct()
    rows = rows.select_related("user", "invitation__invited_by", "agenda", "departure")
    person = get_object_or_404(rows, pk=staff_id)
    person.brand = workplace.brand
    return person


def topic_for_desk(workplace: Workplace, topic_id: int) -> Topic:
    """Also one that was retired."""
    topic = get_object_or_404(Topic.objects.for_brand(workplace.brand), pk=topic_id)
    topic.brand = workplace.brand
    return topic


def store_behind(door_id: int) -> Store:
    """The store of a poster, whatever its address is now; 404 if it is closed."""
    rows = Store.objects.all_brands().open_to_booking().filter(brand__active=True)
    return get_object_or_404(rows.select_related("brand"), pk=door_id)


def stores_for_desk(workplace: Workplace) -> StoreQuerySet[Store]:
    """The stores whose facts one may see, also those that are closed for good."""
    rows = Store.objects.for_brand(workplace.brand)
    if workplace.sees_whole_brand:
        return rows
    if workplace.region is not None:
        return rows.filter(region=workplace.region)
    return rows.filter(pk__in=[store.pk for store in workplace.stores])


def store_for_desk(workplace: Workplace, store_id: int) -> Store:
    rows = stores_for_desk(workplace).select_related("region")
    store = get_object_or_404(rows, pk=store_id)
    store.brand = workplace.brand
    return store


def room_for_desk(workplace: Workplace, room_id: int) -> Resource:
    """With its store, which one may see."""
    rows = Resource.objects.for_brand(workplace.brand).select_related("store")
    rows = rows.filter(store__in=stores_for_desk(workplace))
    room = get_object_or_404(rows, pk=room_id)
    room.brand = room.store.brand = workplace.brand
    return room


def store_edit_for_desk(workplace: Workplace, edit_id: int) -> StoreEdit:
    return get_object_or_404(StoreEdit.objects.for_brand(workplace.brand), pk=edit_id)


def import_for_desk(workplace: Workplace, import_id: int) -> Import:
    rows = Import.objects.for_brand(workplace.brand).select_related("brand")
    return get_object_or_404(rows, pk=import_id)


def api_key_for(text: str) -> ApiKey | None:
    """The living key with this text; None for an unknown, a revoked, or no text."""
    parts = text.split("_", 2)
    if len(parts) != 3 or len(text) > 100:
        return None
    rows = ApiKey.objects.all_brands().select_related("brand")
    key = rows.filter(
        prefix=parts[1], revoked_at__isnull=True, brand__active=True
    ).first()
    if key is None or not hmac.compare_digest(key.secret_hash, key_hash(text)):
        return None
    return key


def living_key_for_desk(workplace: Workplace, prefix: str) -> ApiKey | None:
    rows = ApiKey.objects.for_brand(workplace.brand)
    return rows.filter(prefix=prefix, revoked_at__isnull=True).first()


def api_key_for_desk(workplace: Workplace, key_id: int) -> ApiKey:
    return get_object_or_404(ApiKey.objects.for_brand(workplace.brand), pk=key_id)


def appointment_for_key(key: ApiKey, appointment_id: uuid.UUID) -> Appointment:
    rows = _appointments().for_brand(key.brand)
    return get_object_or_404(rows, pk=appointment_id)


def hold_for_visitor(request: HttpRequest, brand: Brand, hold_id: uuid.UUID) -> Hold:
    """This visitor's hold, expired or not: the services say which."""
    holds = Hold.objects.for_brand(brand).select_related(
        "brand", "store", "topic", "offer", "staff_member"
    )
    return get_object_or_404(holds, pk=hold_id, visitor=visitor_of(request))


def own_hold(request: HttpRequest, brand: Brand, now: dt.datetime) -> Hold | None:
    """Returns the visitor's living hold at the brand, perhaps of another page."""
    if VISITOR_COOKIE not in request.COOKIES:
        return None
    rows = Hold.objects.for_brand(brand).live(now).select_related("store")
    return rows.filter(
        visitor=visitor_of(request),
        purpose=Hold.Purpose.BOOKING,
        starts_at__gt=now,
    ).first()


def own_visit_at(
    request: HttpRequest, brand: Brand, at: dt.datetime
) -> Appointment | None:
    """The visit at that moment of which this browser has opened the link."""
    known = links_of(request)
    if not known:
        return None
    rows = AccessLink.objects.for_brand(brand).filter(
        pk__in=list(known), purpose=AccessLink.Purpose.CUSTOMER
    )
    opened = [
        appointment_id
        for link_id, generation, appointment_id in rows.values_list(
            "id", "generation", "appointment_id"
        )
        if known.get(link_id.hex) == generation
    ]
    mine = _appointments().for_brand(brand).live().filter(pk__in=opened)
    return mine.filter(starts_at__lte=at, ends_at__gt=at).first()


def name_newcomer(request: HttpRequest, secret: str) -> bool:
    """Names a visitor without a cookie by a secret that only their own repetition has
    again; whether they came without one. To be asked before `visitor_of`."""
    try:
        signing.loads(request.COOKIES.get(VISITOR_COOKIE, ""), salt=VISITOR_COOKIE)
    except signing.BadSignature:
        named = salted_hmac("newcomer", secret, algorithm="sha256").hexdigest()
        request.visavis_visitor = named  # type: ignore[attr-defined]
        return True
    return False


def _appointments() -> AppointmentQuerySet[Appointment]:
    return Appointment.objects.all_brands().with_people()


def give_again(
    request: HttpRequest, response: HttpResponse, name: str, value: str
) -> None:
    """A cookie of an answer that was lost; links that were opened since stay."""
    if name == LINKS_COOKIE:
        given = signing.loads(value, salt=LINKS_COOKIE)
        kept = dict(list((links_of(request) | given).items())[-MOST_LINKS:])
        value = signing.dumps(kept, salt=LINKS_COOKIE)
    set_cookie(response, name, value)
