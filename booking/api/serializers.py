"""The API's documents of booking; rules live in the services.

Field names are the services' keyword names, so that a view says
`hold_slot(**serializer.validated_data)`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from booking.api.fields import DegreesField, IdField, InstantField, NearDayField
from booking.fields import Need
from booking.models import Appointment, Hold
from stores.legal.texts import version_of
from stores.models import Brand, Channel, LegalKind, Offer, Store, Topic, TopicQuestion


class BrandSerializer(serializers.ModelSerializer[Brand]):
    """`privacy_versions` are those of the text about data, by language; 0 is the
    product's own."""

    privacy_versions = serializers.SerializerMethodField()

    class Meta:
        model = Brand
        fields = [
            "slug", "name", "languages", "time_zone", "phone", "accessible_way",
            "calls_from", "privacy_versions",
        ]  # fmt: skip

    def get_privacy_versions(self, brand: Brand) -> dict[str, int]:
        kind = LegalKind.PRIVACY
        return {one: version_of(brand, kind, one) for one in brand.languages}


class StoreSerializer(serializers.ModelSerializer[Store]):
    class Meta:
        model = Store
        fields = [
            "slug", "name", "kind", "street", "postcode", "city", "country",
            "time_zone", "latitude", "longitude", "phone", "calls_from",
        ]  # fmt: skip


class QuestionSerializer(serializers.ModelSerializer[TopicQuestion]):
    class Meta:
        model = TopicQuestion
        fields = ["id", "kind", "text", "choices"]


class TopicSerializer(serializers.ModelSerializer[Topic]):
    """`questions` are asked of who books, and need no answer."""

    questions = serializers.SerializerMethodField()

    class Meta:
        model = Topic
        fields = [
            "slug", "name", "summary", "preparation", "camera_needed", "questions",
        ]  # fmt: skip

    @extend_schema_field(QuestionSerializer(many=True))
    def get_questions(self, topic: Topic) -> Any:
        asked = self.context["questions"][topic.pk]
        return QuestionSerializer(asked, many=True).data


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


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer to a question of the topic; `asked` are its words as they were read."""

    question = IdField(source="question_id")
    asked = serializers.CharField(read_only=True)
    text = serializers.CharField(allow_blank=True)


class BroughtSerializer(serializers.Serializer[Any]):
    """Product and needs of a visit. `stock` is empty where it was not asked whether the
    product is there, else `asked`, `yes` or `no`; `stock_left` with a yes, if said."""

    product = serializers.CharField()
    stock = serializers.CharField()
    stock_left = serializers.IntegerField(allow_null=True)
    needs = serializers.ListField(child=serializers.ChoiceField(choices=Need.choices))


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
            "answer", "privacy_version",
        ]  # fmt: skip


class AppointmentDocument(AppointmentSerializer):
    """The answer. It holds `link` for its holder, `customer` and `person` for a key
    with that scope, `answers` and `brought` for both, `nearest` after it was declined.

    Appointments with the same `person` are one person's, as a proof says; null where
    none does. It may change, when two are found to be one, or are parted."""

    link = serializers.URLField(required=False)
    customer = ReachSerializer(required=False)
    person = serializers.UUIDField(required=False, allow_null=True)
    answers = AnswerSerializer(many=True, required=False)
    brought = BroughtSerializer(required=False)
    nearest = NearestSerializer(many=True, required=False)

    class Meta(AppointmentSerializer.Meta):
        fields = [
            *AppointmentSerializer.Meta.fields,
            "link",
            "customer",
            "person",
            "answers",
            "brought",
            "nearest",
        ]
