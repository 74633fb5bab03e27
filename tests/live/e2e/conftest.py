"""The journeys share one running copy, and each takes an adviser who is free now."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import expect

from tests.live.e2e.people import PATIENCE
from tests.live.stack.launched import RunningStack
from visavis.devstack.state import published

# Playwright's own five seconds measure the machine, not the product.
expect.set_options(timeout=PATIENCE)

GIVE_BACK = """
    UPDATE booking_occupancy SET active = false
    WHERE active AND appointment_id IN (
        SELECT visit.id FROM booking_appointment AS visit
        JOIN booking_customer AS who ON who.id = visit.customer_id
        WHERE who.email LIKE 'lea.%@customer.example')
"""


@pytest.fixture(autouse=True)
def advisers_given_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a Léa took is free again for the next one, as if her visit were over: the
    room of a later hour would not be open yet. Nor is it counted any more: all of them
    come from one network, which may book sixty times a day at a store."""
    yield
    if "running_stack" not in request.fixturenames:
        return
    stack: RunningStack = request.getfixturevalue("running_stack")
    names = published(stack.state)
    assert names is not None
    with psycopg.connect(names["DATABASE_URL"]) as connection:
        connection.execute(GIVE_BACK)
        connection.execute("DELETE FROM booking_bookingcount")
        connection.execute("UPDATE stores_agenda SET version = version + 1")
