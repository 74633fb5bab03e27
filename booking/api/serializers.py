"""The API's documents of booking; rules live in the services.

Field names are the services' keyword names, so that a view says
`hold_slot(**serializer.validated_data)`.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from booking.api.fields import NameField
from booking.forms import DetailsForm
from booking.instants import OffsetMissing, read_instant
from booking.models import Appointment, Hold
from stores.access import store_for_slug
from stores.models import Brand, Channel, Offer, Store, Topic

LONGEST_LOOK = dt.timedelta(days=366)


class BrandSerializer(serializers.ModelSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ["slug", "name", "languages", "time_zone", "phone", "calls_from"]


class StoreSerializer(serializers.ModelSerializer[Store]):
    class Meta:
        model = Store
        fields = [
            "slug", "name", "kind", "street", "postcode", "city", "country",
            "time_zone", "latitude", "longitude", "phone", "calls_from",
        ]  # fmt: skip


class TopicSerializer(serializers.ModelSerializer[Topic]):
    class Meta:
        model = Topic
        fields = ["slug", "name", "summary", "preparation", "camera_needed"]


class OfferSerializer(serializers.ModelSerializer[Offer]):
    topic = serializers.CharField(source="topic.slug")

    class Meta:
        model = Offer
        fields = [
            "topic", "channel", "duration", "step", "minimum_notice", "horizon",
            "cancel_limit", "needs_approval",
        ]  # fmt: skip


class StartSerializer(serializers.Serializer[Any]):
    """For the schema: a month is a thousand rows, which `StartMasks.rows` writes."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    free = serializers.IntegerField(help_text="How many advisers are free then.")


class IdField(serializers.IntegerField):
    """The number of a row: what a bigint holds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **options)


class DegreesField(serializers.FloatField):
    """NaN is neither below the least nor above the most."""

    def to_internal_value(self, data: Any) -> float:
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


class NearDayField(serializers.DateField):
    """A local day within a year of today: no agenda reaches further."""

    def to_internal_value(self, value: Any) -> dt.date:
        day = super().to_internal_value(value)
        if abs(day - timezone.now().date()) > LONGEST_LOOK:
            raise serializers.ValidationError(_("Ask for a day within a year."))
        return day


class StartsQuery(serializers.Serializer[Any]):
    """Filters starts: of a topic by a channel, on local days, with a person."""

    topic = serializers.SlugField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    since = NearDayField(required=False)
    until = NearDayField(required=False)
    staff = IdField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        since, until = data.get("since"), data.get("until")
        if since and until and not 0 <= (until - since).days <= 62:
            raise serializers.ValidationError(
                {"until": _("Ask for at most two months, from the first day on.")}
            )
        return data


class NearQuery(serializers.Serializer[Any]):
    """Around which point (degrees), for which topic; by one channel or by all."""

    lat = DegreesField(min_value=-90, max_value=90)
    lon = DegreesField(min_value=-180, max_value=180)
    topic = serializers.SlugField()
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)


class FirstSerializer(serializers.Serializer[Any]):
    channel = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)


class NearSerializer(serializers.Serializer[Any]):
    """For the schema: `near_as_json` writes it."""

    store = StoreSerializer()
    metres = serializers.IntegerField()
    firsts = FirstSerializer(many=True)


class InstantField(serializers.DateTimeField):
    """A time with its offset: without one it would mean the server's clock."""

    def to_internal_value(self, value: Any) -> dt.datetime:
        try:
            return read_instant(value)
        except OffsetMissing as error:
            raise serializers.ValidationError(
                _("Give the offset from UTC, as in 2027-03-28T10:00:00+02:00.")
            ) from error
        except (TypeError, ValueError) as error:
            raise serializers.ValidationError(_("This is no time.")) from error


class HoldRequest(serializers.Serializer[Any]):
    store = serializers.SlugField()
    topic = serializers.SlugField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    starts_at = InstantField()
    staff_member = IdField(required=False)


class HoldSerializer(serializers.ModelSerializer[Hold]):
    store = serializers.CharField(source="store.slug")
    topic = serializers.CharField(source="topic.slug")
    adviser = serializers.CharField(source="staff_member.display_name")
    expires_at = serializers.DateTimeField(source="kept_until")

    class Meta:
        model = Hold
        fields = [
            "id", "store", "topic", "channel", "adviser", "starts_at", "ends_at",
            "expires_at",
        ]  # fmt: skip


class BookingRequest(serializers.Serializer[Any]):
    """The customer: a name, and an e-mail address or a telephone number.

    What makes them valid is said once, in `DetailsForm`; here are the names and the
    shapes of the document.
    """

    name = NameField(max_length=80)
    email = serializers.CharField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True)
    question = serializers.CharField(required=False, allow_blank=True)
    no_email = serializers.BooleanField(
        default=False,
        help_text="Book though no message will reach the customer: there is no e-mail "
        "address, and the number takes no texts.",
    )
    language = serializers.ChoiceField(choices=["fr", "en"], default="fr")
    also = serializers.BooleanField(
        default=False, help_text="Have both, after `customer_busy`."
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        hold: Hold = self.context["hold"]
        return _details(data, channel=hold.channel, store=hold.store)


def _details(data: dict[str, Any], *, channel: str, store: Store) -> dict[str, Any]:
    reach = DetailsForm.EMAIL if data.get("email") else DetailsForm.PHONE
    form = DetailsForm(
        {"reach": reach, **data},
        brand_id=store.brand_id,
        channel=channel,
        country=store.country,
    )
    if not form.is_valid():
        raise serializers.ValidationError(
            {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        )
    kept = {n: form.cleaned_data[n] for n in ("name", "email", "phone", "question")}
    return {**kept, "language": data["language"], "also": data["also"]}


class DirectRequest(BookingRequest):
    """A visit in one step: where, what, how, when and who."""

    store = serializers.SlugField()
    topic = serializers.SlugField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    starts_at = InstantField()
    staff_member = IdField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        store = store_for_slug(self.context["brand"], data["store"])
        who = _details(data, channel=data["channel"], store=store)
        names = ("store", "topic", "channel", "starts_at", "staff_member")
        return {**{name: data[name] for name in names if name in data}, **who}


class NearestSerializer(serializers.Serializer[Any]):
    """For the schema: `Start.as_json` writes it."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    store = serializers.CharField()
    channel = serializers.CharField()


class ReachSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    brand = serializers.CharField(source="brand.slug")
    store = serializers.CharField(source="store.slug")
    topic = serializers.CharField(source="topic.slug")
    adviser = serializers.CharField(source="staff_member.display_name")

    class Meta:
        model = Appointment
        fields = [
            "id", "brand", "store", "topic", "channel", "adviser", "status",
            "starts_at", "ends_at", "time_zone", "language", "sequence", "version",
            "calls_from",
            "answer",
        ]  # fmt: skip


class AppointmentDocument(AppointmentSerializer):
    """The answer. It holds `link` for its holder, `customer` for a key with that scope,
    `nearest` after it was declined."""

    link = serializers.URLField(required=False)
    customer = ReachSerializer(required=False)
    nearest = NearestSerializer(many=True, required=False)

    class Meta(AppointmentSerializer.Meta):
        fields = [*AppointmentSerializer.Meta.fields, "link", "customer", "nearest"]
