"""Forms and serializers, each beside the use case that gets its fields."""

from __future__ import annotations

from booking.after.forms import RatingForm, RecoveryForm, SummaryForm
from booking.after.rating import rate_visit
from booking.after.recovery import choose_way, note_result
from booking.after.summary import save_summary
from booking.api.requests import (
    ActRequest,
    BookingRequest,
    DeclineRequest,
    DirectRequest,
    MoveRequest,
)
from booking.api.serializers import HoldRequest
from booking.customer.choice import SentenceForm
from booking.customer.link.earlier import WishForm
from booking.customer.suggesting import suggested_topics
from booking.customer.times import TimeForm
from booking.desk.brand.forms import BrandForm
from booking.desk.brand.links import LinkForm
from booking.desk.day_list import GiveForm
from booking.desk.hours.forms import PostingForm, WhyForm
from booking.desk.legal.forms import LegalForm
from booking.desk.offer_forms import CompetenceForm, OfferForm
from booking.desk.people.forms import InviteForm, PersonForm
from booking.desk.people.role_forms import LikeForm, RolesForm
from booking.desk.places.edit_forms import EditForm
from booking.desk.places.forms import PlaceForm, RoomForm
from booking.desk.setup.forms import ColleagueForm, DayForm, StoreForm
from booking.desk.setup.topic_forms import TopicForm as FirstTopicForm
from booking.desk.topics.forms import NameForm, TopicForm
from booking.desk.topics.row_forms import ChannelForm, QuestionForm
from booking.desk.widget.forms import SitesForm
from booking.explain.why_not import why_not
from booking.forms import BroughtForm, DetailsForm, PhoneForm
from booking.front.links import make_link
from booking.rota.competences import CompetenceTerm
from booking.rota.hours import Stretch, copy_working_hours
from booking.rota.offers import OfferTerms
from booking.rota.places.edits import Edit
from booking.rota.places.rooms import Room
from booking.rota.postings import PostingTerm
from booking.rota.topics import ChannelTerms
from booking.services.answers import confirm_request, decline_request
from booking.services.attendance import announce_delay, complete_visit, mark_missed
from booking.services.callbacks import record_call_attempt, turn_into_callback
from booking.services.cancelling import cancel_appointment
from booking.services.contact import change_contact
from booking.services.hold_and_book import book_directly, book_held
from booking.services.holding import hold_slot
from booking.services.rescheduling import (
    give_visits,
    move_appointment,
    overlap_appointment,
)
from booking.staff.after import ResultForm
from booking.staff.forms import (
    CallbackForm,
    CallForm,
    DeclineForm,
    DelayForm,
    MissedForm,
    OutcomeForm,
    VersionForm,
)
from booking.staff.move_forms import MoveForm, OverlapForm
from booking.thread.forms import MessageForm
from booking.thread.writing import ask, correct
from booking.wishes.making import make_wish
from notifications.texts.editing import WrittenText, set_sender
from notifications.texts.forms import SenderForm, TextForm
from notifications.views.contact import ContactForm
from notifications.webhooks.endpoints import add_endpoint, change_endpoint
from notifications.webhooks.forms import WebhookForm
from stores.editing.brand_edits import BrandFacts, set_widget_sites
from stores.editing.invitations import invite
from stores.editing.legal import WrittenLegal
from stores.editing.people import NewPerson, edit_person
from stores.editing.roles import set_roles
from stores.editing.stores import NewStore
from stores.editing.topic_edits import Question, TopicEdit
from stores.editing.topics import NewTopic
from stores.models import Channel
from tests.house.edge import Edge, in_both
from tests.house.edges_of_accounts import EDGES_OF_ACCOUNTS
from tests.house.edges_of_hours import EDGES_OF_HOURS
from video.api.serializers import QualitySerializer
from video.forms import GuestForm, HoldForm, RefuseForm, WhoForm
from video.services import admit, hold, record_quality, refuse, say_guest_here

WHERE = {"room", "participant", "link"}
"""Which room and seat: named by the address and who asks."""

OF_TOPIC = {"slug", "minutes", "summary", "preparation", "is_sensitive"}
BROUGHT = {"product", "asks_stock", "needs", "photos"}
"""Become one keyword; the files are read apart."""
PLACE = {"store", "topic", "channel", "staff_member"}
EDGES = [
    *EDGES_OF_ACCOUNTS,
    *EDGES_OF_HOURS,
    Edge(TimeForm, hold_slot, found=PLACE, renamed={"start": "starts_at"}),
    Edge(HoldRequest, hold_slot),
    Edge(
        SentenceForm,
        suggested_topics,
        found={"topics"},
        renamed={"question": "sentence"},
    ),
    Edge(
        DetailsForm,
        book_held,
        found={"held", "language", "answers", "brought"},
        extra={"reach", "no_email", *BROUGHT},
    ),
    Edge(BroughtForm, correct, found={"appointment", "brought"}, extra=BROUGHT),
    # The files are read apart, by both sides alike.
    Edge(MessageForm, ask, found={"appointment", "pictures"}, extra={"photos"}),
    Edge(
        BookingRequest,
        book_held,
        found={"held", "brought"},
        extra={"no_email", *BROUGHT} - {"photos"},
    ),
    Edge(
        DirectRequest,
        book_directly,
        found={"brought"},
        extra={"no_email", *BROUGHT} - {"photos"},
    ),
    Edge(
        MoveRequest,
        move_appointment,
        found={"appointment", "without_notice"},
        extra={"sequence", "version"},
    ),
    Edge(
        ActRequest,
        cancel_appointment,
        found={"appointment"},
        extra={"sequence", "version"},
    ),
    Edge(
        DeclineRequest,
        decline_request,
        found={"appointment"},
        extra={"sequence", "version"},
    ),
    Edge(VersionForm, confirm_request, found={"appointment"}, extra={"version"}),
    Edge(DeclineForm, decline_request, found={"appointment"}, extra={"version"}),
    Edge(OfferForm, OfferTerms),
    Edge(LinkForm, make_link, found={"brand"}),
    Edge(BrandForm, BrandFacts, extra={"main_language"}),
    Edge(SitesForm, set_widget_sites, found={"brand", "check"}),
    Edge(CompetenceForm, CompetenceTerm, found={"topic"}),
    Edge(ContactForm, change_contact, found={"appointment"}),
    Edge(TextForm, WrittenText, found={"kind", "channel", "language"}),
    Edge(LegalForm, WrittenLegal, found={"kind", "language"}),
    Edge(SenderForm, set_sender, found={"brand"}),
    Edge(PhoneForm, turn_into_callback, found={"appointment"}),
    Edge(CallbackForm, turn_into_callback, found={"appointment"}),
    Edge(DelayForm, announce_delay, found={"appointment"}),
    Edge(MissedForm, mark_missed, found={"appointment"}),
    Edge(OutcomeForm, complete_visit, found={"appointment"}),
    Edge(WishForm, make_wish, found={"appointment"}),
    Edge(RatingForm, rate_visit, found={"appointment"}),
    Edge(RecoveryForm, choose_way, found={"appointment"}),
    Edge(ResultForm, note_result, found={"appointment"}),
    # A day, and always the same hour of it; which button it was releases.
    Edge(
        SummaryForm,
        save_summary,
        found={"appointment", "release"},
        renamed={"next_day": "next_due_at"},
    ),
    Edge(CallForm, record_call_attempt, found={"appointment"}),
    # A free hour of the page, or a day and an hour, are one instant.
    Edge(
        MoveForm,
        move_appointment,
        found={"appointment", "without_notice"},
        renamed={"start": "starts_at", "day": "starts_at", "hour": "starts_at"},
    ),
    # What was refused says where and with whom.
    Edge(
        OverlapForm,
        overlap_appointment,
        found={"appointment", "staff_member"},
        renamed={"refused": "starts_at"},
    ),
    Edge(WhoForm, admit, found=WHERE),
    Edge(HoldForm, hold, found=WHERE),
    Edge(RefuseForm, refuse, found=WHERE),
    Edge(GuestForm, say_guest_here, found=WHERE),
    Edge(QualitySerializer, record_quality, found=WHERE),
    Edge(
        PersonForm,
        edit_person,
        found={"staff_member", "check"},
        renamed={"title_fr": "title", "title_en": "title"},
    ),
    Edge(InviteForm, invite, found={"staff_member"}, renamed={"by": "by_mail"}),
    Edge(
        RolesForm,
        set_roles,
        found={"staff_member", "within", "check"},
        renamed={"place": "roles", "role": "roles"},
    ),
    Edge(LikeForm, copy_working_hours, found={"agenda", "store"}),
    Edge(PostingForm, PostingTerm, found={"store"}, extra={"works"}),
    Edge(
        StoreForm,
        NewStore,
        found={
            *("slug", "external_id", "region", "phone", "calls_from"),
            *("latitude", "longitude", "access", "directions"),
        },
    ),
    # A point is two figures, and a region may be made by its name.
    Edge(
        PlaceForm,
        NewStore,
        found={"longitude"},
        renamed={
            "new_region": "region",
            "point": "latitude",
            "directions_fr": "directions",
            "directions_en": "directions",
        },
    ),
    Edge(RoomForm, Room),
    # The field of the value depends on what is asked.
    Edge(EditForm, Edit, found={"value"}, renamed={"what": "field"}),
    Edge(
        DayForm,
        Stretch,
        found={"channels"},
        renamed={"until": "minutes"},
        extra={"is_open"},
    ),
    # One length, by each channel that is ticked.
    Edge(
        FirstTopicForm,
        NewTopic,
        found={"slug", "summary", "preparation", "is_sensitive"},
        renamed=dict.fromkeys(Channel.values, "minutes"),
        extra={"wanted"},
    ),
    Edge(
        ColleagueForm,
        NewPerson,
        found={
            "external_id",
            "last_name",
            "formal_name",
            "title",
            "languages",
            "stores",
            "topics",
            "roles",
        },
    ),
    Edge(NameForm, NewTopic, found=OF_TOPIC, renamed=in_both("name")),
    Edge(
        TopicForm,
        TopicEdit,
        found={"topic", "questions"},
        renamed=in_both("name", "summary", "preparation", "steps"),
    ),
    Edge(GiveForm, give_visits),
    Edge(QuestionForm, Question, renamed=in_both("text", "choices")),
    Edge(ChannelForm, ChannelTerms, found={"channel"}),
    Edge(WebhookForm, add_endpoint, found={"brand"}),
    Edge(WebhookForm, change_endpoint, found={"endpoint"}),
    Edge(
        WhyForm,
        why_not,
        found={"store", "channel", "staff_member"},
        # An offer is a topic by a channel.
        renamed={"offer": "topic", "day": "starts_at", "hour": "starts_at"},
    ),
]
