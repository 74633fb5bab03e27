"""Access to stores and people: each function returns the object or raises Http404."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from stores.accounts.levels import FACTOR
from stores.accounts.workplace import Workplace
from stores.errors import FactorNeeded
from stores.models import (
    Brand,
    Channel,
    Competence,
    DayOverride,
    Membership,
    Offer,
    Role,
    StaffMember,
    Store,
    Topic,
    User,
    WorkingHours,
)
from stores.models.brand import BrandQuerySet
from stores.models.store import StoreQuerySet
from stores.statements import Row, ask, columns_of, row_of

_BRAND = f"""
SELECT {columns_of(Brand, "brand")} FROM stores_brand brand
 WHERE brand.slug = %s AND brand.active
"""  # noqa: S608  # names of columns
_TOPIC = f"""
SELECT {columns_of(Topic, "topic")} FROM stores_topic topic
 WHERE topic.brand_id = %s AND topic.slug = %s AND topic.active
"""  # noqa: S608  # names of columns
_STORE = f"""
SELECT {columns_of(Store, "store")} FROM stores_store store
 WHERE store.brand_id = %s AND store.slug = %s AND store.active
"""  # noqa: S608  # names of columns


def _the_only(kind: type[Row], sql: str, values: list[object]) -> Row:
    rows = ask(sql, values)
    if not rows:
        raise Http404
    return row_of(kind, rows[0])


def brand_for_slug(slug: str) -> Brand:
    return _the_only(Brand, _BRAND, [slug])


def only_brand() -> Brand | None:
    """The brand of an installation that serves one."""
    found = list(Brand.objects.filter(active=True)[:2])
    return found[0] if len(found) == 1 else None


def brands_open_to_all() -> list[Brand]:
    return list(Brand.objects.filter(active=True).order_by("id"))


def stores_of(brand: Brand, among: list[int] | None = None) -> list[Store]:
    """The stores that may be booked, by name; where ids are given, among these."""
    only = {} if among is None else {"pk__in": among}
    return list(_with_people(brand).filter(**only).order_by("name"))


def _with_people(brand: Brand) -> StoreQuerySet[Store]:
    """The stores where somebody has hours, today or later: one that was just made is
    not full, but not yet there."""
    weeks, days = _hours_ahead(brand, OuterRef("pk"))
    rows = Store.objects.for_brand(brand).open_to_booking()
    return rows.filter(Exists(weeks) | Exists(days))


def _hours_ahead(
    brand: Brand, store: OuterRef | F | Store
) -> tuple[BrandQuerySet[WorkingHours], BrandQuerySet[DayOverride]]:
    """Weekly hours, and days of their own, of people who are met and still posted to
    where these are. A day that was yesterday may last, wherever the store is."""
    person, last = "agenda__staff_member__", timezone.now().date() - dt.timedelta(1)
    here = Q(
        store=store, **{f"{person}active": True, f"{person}postings__store": store}
    )
    here &= _goes_on(f"{person}postings__", last)
    weeks = WorkingHours.objects.for_brand(brand).filter(here, _goes_on("", last))
    days = DayOverride.objects.for_brand(brand).filter(here, day__gte=last)
    return weeks, days


def _goes_on(path: str, day: dt.date) -> Q:
    until = f"{path}valid_until"
    return Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day})


def offers_met(store: Store) -> list[Offer]:
    """As `offers_for_store`, of the topics for which somebody has hours there."""
    weeks, days = _hours_ahead(store.brand, store)
    people = StaffMember.objects.for_brand(store.brand).filter(
        Q(agenda__in=weeks.values("agenda")) | Q(agenda__in=days.values("agenda"))
    )
    rows = Competence.objects.for_brand(store.brand).filter(staff_member__in=people)
    met = set(rows.values_list("topic", flat=True))
    return [offer for offer in offers_for_store(store) if offer.topic_id in met]


def has_other_stores(store: Store) -> bool:
    """True if a customer of the store's brand may choose another. Asked of the hours,
    which end at the first that is found: a list of all stores is weighed as a whole."""
    return any(
        rows.filter(store__active=True).exclude(store=store.pk).exists()
        for rows in _hours_ahead(store.brand, F("store"))
    )


def stores_after(
    brand: Brand, after: tuple[str, int] | None, count: int
) -> list[Store]:
    """At most `count` stores to be booked, by name and id, after a pair of them."""
    rows = _with_people(brand)
    if after is not None:
        name, pk = after
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    return list(rows.order_by("name", "pk")[:count])


def topics_of(brand: Brand) -> list[Topic]:
    return list(Topic.objects.for_brand(brand).filter(active=True))


def store_for_slug(brand: Brand, slug: str) -> Store:
    store = _the_only(Store, _STORE, [brand.pk, slug])
    store.brand = brand
    return store


def topic_for_slug(brand: Brand, slug: str) -> Topic:
    topic = _the_only(Topic, _TOPIC, [brand.pk, slug])
    topic.brand = brand
    return topic


_STORE_IN = f"""
SELECT {columns_of(Brand, "brand")}, {columns_of(Store, "store")}
  FROM stores_brand brand JOIN stores_store store ON store.brand_id = brand.id
 WHERE brand.slug = %s AND brand.active AND store.slug = %s AND store.active
"""  # noqa: S608  # names of columns
_TOPIC_IN = f"""
SELECT {columns_of(Brand, "brand")}, {columns_of(Topic, "topic")}
  FROM stores_brand brand JOIN stores_topic topic ON topic.brand_id = brand.id
 WHERE brand.slug = %s AND brand.active AND topic.slug = %s AND topic.active
"""  # noqa: S608  # names of columns


def _in_brand(kind: type[Row], sql: str, slugs: list[object]) -> tuple[Brand, Row]:
    rows = ask(sql, slugs)
    if not rows:
        raise Http404
    width = len(Brand._meta.concrete_fields)
    return row_of(Brand, rows[0][:width]), row_of(kind, rows[0][width:])


def store_in_brand(brand_slug: str, slug: str) -> Store:
    """As `store_for_slug`, and its brand, by one question."""
    brand, store = _in_brand(Store, _STORE_IN, [brand_slug, slug])
    store.brand = brand
    return store


def topic_in_brand(brand_slug: str, slug: str) -> Topic:
    """As `topic_for_slug`, and its brand, by one question."""
    brand, topic = _in_brand(Topic, _TOPIC_IN, [brand_slug, slug])
    topic.brand = brand
    return topic


def written_id(text: str) -> int:
    """The number of a row as a page's address has it; Http404 for what is no number,
    or one that no column holds."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Http404
    return int(text)


def staff_member_for_store(store: Store, staff_id: int) -> StaffMember:
    staff = StaffMember.objects.for_brand(store.brand).active()
    return get_object_or_404(staff.filter(postings__store=store), pk=staff_id)


def works_at(store: Store, staff_member: StaffMember) -> bool:
    staff = StaffMember.objects.for_brand(store.brand).active()
    return staff.filter(postings__store=store, pk=staff_member.pk).exists()


def offers_for_store(store: Store) -> list[Offer]:
    """One offer per topic and channel: the store's own row replaces the brand's, even
    where it says "not here" by being inactive."""
    rows = Offer.objects.for_brand(store.brand).for_store(store)
    chosen: dict[tuple[int, str], Offer] = {}
    for offer in rows.select_related("topic").order_by("topic__position", "id"):
        key = (offer.topic_id, offer.channel)
        if key not in chosen or offer.store_id:
            chosen[key] = offer
    return [o for o in chosen.values() if o.active and o.topic.active]


_OFFER = f"""
SELECT {columns_of(Offer, "offer")} FROM stores_offer offer
  JOIN stores_brand brand ON brand.id = offer.brand_id AND brand.active
  JOIN stores_topic topic ON topic.id = offer.topic_id AND topic.active
  JOIN stores_store store ON store.id = %s AND store.active
 WHERE offer.brand_id = store.brand_id
   AND (offer.store_id = store.id OR offer.store_id IS NULL)
   AND offer.topic_id = %s AND offer.channel = %s AND NOT offer.retired
 ORDER BY offer.store_id NULLS LAST LIMIT 1
"""  # noqa: S608  # names of columns


def offer_for(*, store: Store, topic: Topic, channel: Channel | str) -> Offer | None:
    """Returns the store's offer of one topic and channel; None also if brand, store or
    topic were switched off since they were read."""
    rows = ask(_OFFER, [store.pk, topic.pk, str(channel)])
    offer = row_of(Offer, rows[0]) if rows else None
    if offer is None or not offer.active:
        return None
    offer.topic = topic
    return offer


def workplaces_for(user: User) -> list[Workplace]:
    """A user's memberships, widest role last chosen by `workplace_for`."""
    memberships = (
        Membership.objects.all_brands()
        .filter(user=user, brand__active=True)
        .select_related("brand", "store", "region")
        .order_by("id")
    )
    staff = {
        member.brand_id: member
        for member in StaffMember.objects.all_brands().filter(user=user, active=True)
    }
    found: list[Workplace] = []
    for row in memberships:
        row.user = user
        if row.store is not None:
            row.store.brand = row.brand
    found += [
        Workplace(
            membership=row,
            brand=row.brand,
            store=row.store,
            staff_member=staff.get(row.brand_id),
            role=Role(row.role),
            region=row.region,
            all_of_user=found,
        )
        for row in memberships
    ]
    return found


WORKPLACE_KEY = "workplace"
"""Session key: the membership chosen by someone who has several."""


def workplace_for(request: HttpRequest) -> Workplace:
    """The workplace chosen in the session, else the first; 404 without any. Raises
    FactorNeeded where its brand asks for a second factor that nobody has shown."""
    if not isinstance(request.user, User):
        raise Http404
    workplaces = workplaces_for(request.user)
    if not workplaces:
        raise Http404
    chosen = request.session.get(WORKPLACE_KEY)
    named = (one for one in workplaces if one.membership.pk == chosen)
    workplace = next(named, workplaces[0])
    if not request.session.get(FACTOR) and workplace.insists_on_factor():
        raise FactorNeeded
    return workplace


def store_for_workplace(workplace: Workplace, store_id: int) -> Store:
    # The door has read some of them already.
    for known in workplace.some_stores:
        if known.pk == store_id:
            return known
    store = get_object_or_404(workplace.store_rows, pk=store_id)
    store.brand = workplace.brand
    return store


def has_a_brand() -> bool:
    """False for an installation that waits for its first start."""
    return Brand.objects.exists()
