"""Requests of the API about appointments: which ones, and what to do with one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from booking.api.fields import IdField, InstantField, LinesField, NameField
from booking.api.serializers import AnswerSerializer
from booking.brought.product import Brought
from booking.fields import Need
from booking.forms import ANSWER, DetailsForm
from booking.models import Hold
from booking.shown import Shown
from booking.states import Status
from stores.access import store_for_slug, topic_for_slug
from stores.models import Channel, Store, Topic
from stores.queries import questions_of

STAMP = frozenset({"sequence", "version"})


class AppointmentsQuery(serializers.Serializer[Any]):
    """Filters the brand's appointments: of a store, by a channel, in a status,
    beginning at `since` or later and before `until`."""

    store = serializers.SlugField(required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    since = InstantField(required=False)
    until = InstantField(required=False)

    def validate_store(self, slug: str) -> Store:
        return store_for_slug(self.context["brand"], slug)


class BookingRequest(serializers.Serializer[Any]):
    """The customer: a name, and an e-mail address or a telephone number.

    What makes them valid is said once, in `DetailsForm`; here are the names and the
    shapes of the document.
    """

    name = NameField(max_length=80)
    email = serializers.CharField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True)
    question = serializers.CharField(required=False, allow_blank=True)
    answers = AnswerSerializer(many=True, required=False)
    product = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="A link or a reference, at most 300 characters.",
    )
    asks_stock = serializers.BooleanField(
        default=False, help_text="Have the store say whether the product is there."
    )
    needs = serializers.ListField(
        child=serializers.ChoiceField(choices=Need.choices), required=False
    )
    no_email = serializers.BooleanField(
        default=False,
        help_text="Book though no message will reach the customer: there is no e-mail "
        "address, and the number takes no texts.",
    )
    language = serializers.ChoiceField(choices=["fr", "en"], default="fr")
    also = serializers.BooleanField(
        default=False, help_text="Have both, after `customer_busy`."
    )
    privacy_version = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=32767,
        help_text="The version of the brand's text about data that the customer saw; "
        "left out, the one that stands.",
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        hold: Hold = self.context["hold"]
        return _details(data, hold.topic, channel=hold.channel, store=hold.store)


def _details(
    data: dict[str, Any], topic: Topic, *, channel: str, store: Store
) -> dict[str, Any]:
    given = {one["question_id"]: one["text"] for one in data.pop("answers", ())}
    questions = questions_of([topic])[topic.pk] if given else []
    if given.keys() - {asked.pk for asked in questions}:
        raise serializers.ValidationError(
            {"answers": _("The topic asks no such question.")}
        )
    reach = DetailsForm.EMAIL if data.get("email") else DetailsForm.PHONE
    form = DetailsForm(
        {
            "reach": reach,
            **data,
            **{f"{ANSWER}{pk}": text for pk, text in given.items()},
        },
        brand_id=store.brand_id,
        channel=channel,
        country=store.country,
        questions=questions,
        asks_domain=False,  # a program cannot confirm what it was given
    )
    if not form.is_valid():
        raise serializers.ValidationError(
            {
                "answers" if name.startswith(ANSWER) else name: [str(e) for e in errors]
                for name, errors in form.errors.items()
            }
        )
    kept = {n: form.cleaned_data[n] for n in ("name", "email", "phone", "question")}
    kept |= {"language": data["language"], "also": data["also"]}
    brought = {n: form.cleaned_data[n] for n in ("product", "asks_stock", "needs")}
    kept["brought"] = Brought(**brought)
    kept["privacy_version"] = form.cleaned_data["privacy_version"]
    return kept | ({"answers": form.answers} if given else {})


class DirectRequest(BookingRequest):
    """A visit in one step: where, what, how, when and who."""

    store = serializers.SlugField()
    topic = serializers.SlugField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    starts_at = InstantField()
    staff_member = IdField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        store = store_for_slug(self.context["brand"], data["store"])
        topic = topic_for_slug(store.brand, data["topic"])
        who = _details(data, topic, channel=data["channel"], store=store)
        names = ("store", "topic", "channel", "starts_at", "staff_member")
        return {**{name: data[name] for name in names if name in data}, **who}


class ActRequest(serializers.Serializer[Any]):
    """The version that was shown, both optional. If another time, adviser or channel
    holds now, or the appointment is over: 409 `stale_version`."""

    sequence = serializers.IntegerField(required=False, min_value=0)
    version = serializers.IntegerField(required=False, min_value=1)

    def shown(self) -> Shown | None:
        data = self.validated_data
        known = Shown(data.get("version"), data.get("sequence"))
        return known if known != Shown() else None

    def wish(self) -> dict[str, Any]:
        """Returns the request as keywords of the service."""
        data = self.validated_data
        return {name: data[name] for name in data if name not in STAMP}


class MoveRequest(ActRequest):
    """The changes; the rest stays."""

    starts_at = InstantField(required=False)
    staff_member = IdField(required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if not data.keys() - STAMP:
            raise serializers.ValidationError(
                {"starts_at": _("Say what shall change.")}
            )
        return data


class DeclineRequest(ActRequest):
    """The store's words, which the customer reads as they are."""

    answer = LinesField(required=False, allow_blank=True, max_length=280)


def act_asked(request: Request) -> ActRequest:
    """Of an act that needs no body: nobody must say of what kind an empty one is."""
    is_json = request.content_type.startswith("application/json")
    asked = ActRequest(data=request.data if is_json else {})
    asked.is_valid(raise_exception=True)
    return asked
