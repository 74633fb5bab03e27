"""The tables of floor 2, one file per noun."""

from booking.models.answer import AppointmentAnswer
from booking.models.api_key import ApiKey
from booking.models.appointment import Appointment
from booking.models.bits import AgendaBits
from booking.models.call import CallAttempt
from booking.models.case import Case, CaseView
from booking.models.count import BookingCount
from booking.models.customer import Customer
from booking.models.event import Actor, AppointmentEvent, EventKind
from booking.models.facts import DayFacts, HourFacts
from booking.models.feed import CalendarFeed
from booking.models.hold import Hold
from booking.models.idempotency import IdempotencyKey
from booking.models.imports import Import, ImportRow
from booking.models.link import AccessLink
from booking.models.message import Message, MessagePhoto
from booking.models.occupancy import Occupancy
from booking.models.person import Person, PersonJoin
from booking.models.photo import Photo
from booking.models.promise import Promise
from booking.models.rating import VisitRating
from booking.models.search_word import SearchWord
from booking.models.short_link import ShortLink
from booking.models.summary import VisitSummary
from booking.models.wish import FreedHour, Wish, WishOffer

__all__ = [
    "AccessLink",
    "Actor",
    "AgendaBits",
    "ApiKey",
    "Appointment",
    "AppointmentAnswer",
    "AppointmentEvent",
    "BookingCount",
    "CalendarFeed",
    "CallAttempt",
    "Case",
    "CaseView",
    "Customer",
    "DayFacts",
    "EventKind",
    "FreedHour",
    "Hold",
    "HourFacts",
    "IdempotencyKey",
    "Import",
    "ImportRow",
    "Message",
    "MessagePhoto",
    "Occupancy",
    "Person",
    "PersonJoin",
    "Photo",
    "Promise",
    "SearchWord",
    "ShortLink",
    "VisitRating",
    "VisitSummary",
    "Wish",
    "WishOffer",
]
