"""From a weak line to a call: numbers that cannot be called come back with a reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from booking.models import Appointment
from stores.models import Channel
from tests.video.visitors import with_link


@pytest.mark.parametrize("typed", ["", "3639", "07 00 12 34 56"])
def test_a_number_that_cannot_be_called_is_said_in_the_room(
    visit: Appointment, typed: str
) -> None:
    alice = with_link(visit)
    place = [visit.brand.slug, visit.pk]
    alice.post(reverse("video:join", args=place))
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    fields = {"phone": typed, "csrfmiddlewaretoken": alice.token}
    response = alice.client.post(reverse("video:by_phone", args=place), fields)
    words = response.content.decode()
    assert response.status_code == 422
    assert 'aria-describedby="phone-btn-error"' in words
    assert 'aria-labelledby="by-phone">' in words
    visit.refresh_from_db()
    assert visit.channel == Channel.VIDEO
