"""Words of the staff and desk pages: names as colleagues say them, states, actors."""

from __future__ import annotations

import datetime as dt
import uuid

import phonenumbers
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from booking.fields import Need
from booking.models import Appointment, AppointmentEvent, EventKind, PersonJoin
from booking.states import UPCOMING, Outcome, Status
from stores import wording
from stores.models import Absence, AbsenceRequest, Channel, StoreKind

register = template.Library()

CIVILITIES = frozenset(
    {"m", "m.", "mme", "mlle", "mr", "mr.", "mrs", "ms", "dr", "famille", "family"}
)


@register.simple_tag
def once() -> str:
    """The hidden field with which a form that creates is one act, however often it is
    sent (`booking.once`)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4().hex)


@register.filter
def short_name(name: str) -> str:
    """ "Karim Benali" is "Karim B.", "Mme Roy" stays; an erased name is a word."""
    first, *others = name.split() or [""]
    if not first:
        return _("Customer")
    if first.lower() in CIVILITIES or not others:
        return name
    return f"{first} {others[-1][0].upper()}."


@register.filter
def calling_name(name: str) -> str:
    """The words of a button: "Join Léa"."""
    first, *others = name.split() or [""]
    return name if first.lower() in CIVILITIES and others else first or _("Customer")


@register.filter
def quoted(words: str) -> str:
    """A customer's own words between the quotation marks of the reader's language."""
    return _("“%(words)s”") % {"words": words}


@register.filter
def channel_icon(channel: str) -> str:
    return {Channel.VIDEO: "video", Channel.CALLBACK: "phone"}.get(
        Channel(channel), "store"
    )


@register.filter
def channel_word(appointment: Appointment) -> str:
    if appointment.channel == Channel.VIDEO:
        return _("Video")
    if appointment.channel == Channel.CALLBACK:
        return _("Phone call")
    if appointment.store.kind == StoreKind.BRANCH:
        return _("At the branch")
    return _("In store")


@register.filter
def event_css(appointment: Appointment) -> str:
    """The bar of an agenda block: colour beside icon and word, never alone."""
    return {Channel.CALLBACK: "ev-phone", Channel.IN_STORE: "ev-store"}.get(
        Channel(appointment.channel), ""
    )


@register.filter
def is_upcoming(appointment: Appointment) -> bool:
    """Still to happen: may be moved or cancelled."""
    return appointment.status in UPCOMING


@register.filter
def is_asked(appointment: Appointment) -> bool:
    """It stands only once the store has confirmed it."""
    return appointment.status == Status.REQUESTED


@register.filter
def status_word(appointment: Appointment) -> str:
    return {
        Status.REQUESTED: _("To be confirmed"),
        Status.CONFIRMED: _("Confirmed"),
        Status.ARRIVED: _("Here"),
        Status.IN_PROGRESS: _("In progress"),
        Status.DONE: _("Over"),
        Status.MISSED_BY_CUSTOMER: _("Did not come"),
        Status.MISSED_BY_STAFF: _("We did not come"),
        Status.CANCELLED_BY_CUSTOMER: _("Cancelled by the customer"),
        Status.CANCELLED_BY_STORE: _("Cancelled by the store"),
        Status.DECLINED: _("Declined"),
    }[Status(appointment.status)]


@register.filter
def outcome_word(outcome: str) -> str:
    return {
        Outcome.SOLD: _("Sold"),
        Outcome.ADVISED: _("Advised"),
        Outcome.FOLLOW_UP: _("Follow up"),
        Outcome.TECHNICAL: _("Technical"),
    }[Outcome(outcome)]


@register.filter
def call_word(result: str) -> str:
    return {
        "reached": _("Reached"),
        "no_answer": _("No answer"),
        "wrong_number": _("Wrong number"),
    }[result]


@register.filter
def reason_word(absence: Absence | AbsenceRequest) -> str:
    return {
        Absence.Reason.HOLIDAY: _("Holiday"),
        Absence.Reason.SICKNESS: _("Illness"),
        Absence.Reason.TRAINING: _("Training"),
        Absence.Reason.OTHER: _("Other reason"),
    }[Absence.Reason(absence.reason)]


@register.filter
def away_words(away: Absence | AbsenceRequest) -> str:
    """Days, or a day and its hours, for which somebody is away, on the page's clock."""
    start, end = (timezone.localtime(at) for at in (away.starts_at, away.ends_at))
    if start.time() == end.time() == dt.time():
        first, last = start.date(), end.date() - dt.timedelta(days=1)
        words = [wording.day(first), wording.day(last)]
        return words[0] if first == last else " – ".join(words)
    if start.date() == end.date():
        return f"{wording.day_and_hour(start)} – {wording.hour(end)}"
    return f"{wording.day_and_hour(start)} – {wording.day_and_hour(end)}"


@register.filter
def event_word(event: AppointmentEvent) -> str:
    return {
        EventKind.BOOKED: _("Booked"),
        EventKind.CONFIRMED: _("Confirmed"),
        EventKind.DECLINED: _("Declined"),
        EventKind.MOVED: _("Moved"),
        EventKind.OVERLAPPED: _("Laid over another visit"),
        EventKind.REASSIGNED: _("Given to a colleague"),
        EventKind.CHANNEL_CHANGED: _("Channel changed"),
        EventKind.CANCELLED: _("Cancelled"),
        EventKind.ARRIVED: _("Arrived"),
        EventKind.DELAYED: _("Delay announced"),
        EventKind.STARTED: _("Begun"),
        EventKind.COMPLETED: _("Over"),
        EventKind.MISSED: _("Missed"),
        EventKind.BECAME_CALLBACK: _("Became a callback"),
        EventKind.CALL_TRIED: _("Called"),
        EventKind.REOPENED: _("Reopened"),
        EventKind.KEPT: _("Kept outside the hours"),
        EventKind.CONTACT_CHANGED: _("Another address or number"),
        EventKind.ANSWER_LATE: _("Answer overdue"),
        EventKind.NOBODY_CAME: _("Nobody of us came"),
        EventKind.WORDS_SHOWN: _("Opened the two words"),
        EventKind.RECOVERY_PROMISED: _("Promised a talk"),
        EventKind.RECOVERY_LATE: _("Promised talk overdue"),
        EventKind.QUESTION_CHANGED: _("Question corrected"),
        EventKind.THREAD_ANSWERED: _("Message answered"),
        EventKind.ERASED: _("Data erased"),
        EventKind.HOUR_OFFERED: _("Offered an earlier hour"),
        EventKind.SUMMARY_RELEASED: _("Summary released"),
        EventKind.CASE_OPENED: _("File opened at a counter"),
    }.get(EventKind(event.kind), event.kind)


@register.filter
def actor_word(event: AppointmentEvent) -> str:
    if event.actor == "customer":
        return _("the customer")
    if event.actor_user:
        return event.actor_user.get_short_name()
    return _("staff") if event.actor == "staff" else _("by itself")


@register.filter
def proof_words(proof: PersonJoin) -> str:
    """The reason for which two visits are one person's."""
    if proof.proof == PersonJoin.Proof.BROWSER:
        return _("Same browser")
    if proof.proof == PersonJoin.Proof.EMAIL:
        return _("Answered from the same e-mail address")
    if proof.proof == PersonJoin.Proof.PHONE:
        return _("Answered from the same number")
    day = wording.day(timezone.localtime(proof.made_at).date())
    who = proof.said_by.get_short_name() if proof.said_by else _("a colleague")
    return _("Said by %(who)s, %(day)s") % {"who": who, "day": day}


@register.filter
def readable_phone(phone: str) -> str:
    """As it is dialled at home: "06 39 98 00 01"; unreadable ones as they are."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    french = number.country_code == 33
    style = phonenumbers.PhoneNumberFormat
    return str(
        phonenumbers.format_number(
            number, style.NATIONAL if french else style.INTERNATIONAL
        )
    )


@register.filter
def refusal_words(code: str) -> str:
    """The words above a page when a tap met a change."""
    words = {
        "phone_needed": _("Which number shall we call?"),
        "phone_invalid": _("That is not a phone number. Example: 06 12 34 56 78."),
        "phone_unassigned": _("That number does not exist: check its digits."),
        "phone_costly": _("Special and short numbers are not called."),
        "phone_extension": _("An extension cannot be kept: ask for a direct number."),
        "slot_not_offered": _("No time for a call is free in the coming days."),
        "slot_taken": _("The free times have just gone. Try again."),
        "not_a_callback": _("This is no callback any more."),
        "too_late_to_confirm": _("Its hour has come: only another one can be offered."),
        "undo_expired": _("The 90 seconds are over, and the customer is told."),
        "time_gone": _("Somebody else has this time now. Book another one."),
        "nobody_there": _(
            "The store is closed then, or the adviser is no longer there."
            " Book another hour."
        ),
        "stories_refused": _(
            "One of the two visits has been erased meanwhile, or they were one already."
        ),
        "form_refused": _("We did not understand that tap. Try again."),
    }
    changed = _("This visit has changed meanwhile. Here is how it is now.")
    return words.get(code, changed)


@register.filter
def to_do(need: Need) -> str:
    """A customer's need as what to do about it."""
    return {
        Need.WRITING: _("Only by writing: write in the room, nobody speaks."),
        Need.SIGNS: _("Sign language: keep face and hands in the picture."),
        Need.INTERPRETER: _(
            "A relay or an interpreter: speak to the customer, and leave time."
        ),
        Need.HELPER: _("Somebody helps them: speak to the customer first."),
    }[need]
