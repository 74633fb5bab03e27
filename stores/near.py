"""The stores nearest to a point, by true distance on the globe.

A box around the point is asked of the index and grows until the circle inside it
holds enough: whatever lies in the circle lies in the box, so nothing nearer is missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin, sqrt

from stores.models import Brand, Store
from stores.queries import Box, stores_in_box

EARTH = 6_371_008.8
"""Mean radius in metres (IUGG)."""
FIRST_REACH = 40_000.0
"""Twenty of ten thousand stores in a country of France's size lie within it."""
LONGEST_REACH = pi * EARTH


@dataclass(frozen=True)
class Point:
    """Degrees, north and east."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class NearStore:
    store: Store
    metres: float


def distance(one: Point, other: Point) -> float:
    """Great-circle distance in metres (haversine: exact for near points too)."""
    north, other_north = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin(east / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def box_around(point: Point, reach: float) -> Box:
    """A box that holds every point within `reach` metres. Where it would touch a pole
    or the 180th meridian it goes all around."""
    angle = reach / EARTH
    height = degrees(angle)
    south, north = point.latitude - height, point.latitude + height
    if south <= -90 or north >= 90 or angle >= pi / 2:
        return Box(max(south, -90), min(north, 90), -180, 180)
    width = degrees(asin(min(1.0, sin(angle) / cos(radians(point.latitude)))))
    west, east = point.longitude - width, point.longitude + width
    if west < -180 or east > 180:
        west, east = -180, 180
    return Box(south, north, west, east)


def nearest_stores(brand: Brand, point: Point, *, count: int) -> list[NearStore]:
    """At most `count` stores that may be booked and have a place, nearest first; one
    query for each growth of the reach."""
    reach = FIRST_REACH
    while True:
        rows = stores_in_box(
            brand,
            box_around(point, reach),
            latitude=point.latitude,
            longitude=point.longitude,
            count=count,
        )
        found = [
            NearStore(store, distance(point, Point(store.latitude, store.longitude)))
            for store in rows
            if store.latitude is not None and store.longitude is not None
        ]
        near = [one for one in found if one.metres <= reach]
        if len(near) >= count or reach >= LONGEST_REACH:
            return sorted(near, key=lambda one: (one.metres, one.store.pk))
        # Twice the reach is four times the ground.
        reach = min(reach * (2 if 4 * len(near) >= count else 4), LONGEST_REACH)
