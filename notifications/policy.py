"""The messages that an appointment wants: a pure function of its facts.

| status | messages |
|---|---|
| requested | `requested` at once |
| confirmed | `confirmed` at once, or `changed` after a minute when more was told; |
| | `reminder_day` on the day before at the same local hour; |
| | `reminder_soon` 15 minutes before |
| arrived, in_progress | the news only: who is there needs no reminder |
| until it begins | `delayed` each time that staff say how late they are; |
| | `turn_near` 3 minutes before the hour that a long delay named; |
| | `call_tried` after each call that nobody took, `call_last` after the last |
| arrived, and none of the staff came | `nobody_came` at once |
| an earlier hour is offered | `freed` at once, while it can be taken |
| a call is owed within minutes | `call_due` to the managers, after half of them |
| missed | `missed`, or `call_last`, once staff cannot have meant something else |
| cancelled by the customer | `cancelled` at once |
| declined, or nobody answered | `declined` at once |
| cancelled by the store | `cancelled` once it can no longer be undone |
| a promise broken | `answer_late`, `recovery_late` to the managers, at any hour |
| a message was answered | `answered`, a minute after the last one |
| a counter has opened the file | `opened` at once, at any hour |
| done | `after`, a while after it ended well; `summary`, once staff release it later |
| done, and a call is owed for it | `recovery` a minute after the bad word |

By e-mail all of them. By text message all of them to who gave a number only; to who
gave both, what cannot wait for a look into the mailbox: the reminder 15 minutes before
and, on the day itself, what the store changes.

Between 21:00 and 8:00 on the clock of the appointment's zone nobody is written to, but
for an answer to what the customer does at that moment, and from an hour before the
visit until its end.

The moment counted from is the one at which the present facts became true, not the
clock's: planning late, twice or again gives the same answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.instants import morning_after
from booking.models import EventKind
from booking.services.callbacks import MOST_CALLS
from booking.services.cancelling import UNDO_TIME
from booking.stages import CALL_WINDOW
from booking.states import CANCELLED, LIVE, MISSED, UPCOMING, Status
from notifications.facts import MessageFacts
from notifications.kinds import AT_ONCE, ON_THE_DAY, OPTIONAL, Kind
from notifications.models import Delivery, StaffKind
from notifications.quiet_hours import day_before, when_awake
from stores.models import Channel

CHANGE_RESTS = dt.timedelta(minutes=1)  # the next move voids what rests
SOON = AFTER = dt.timedelta(minutes=15)
NEAR, LONG_DELAY = dt.timedelta(minutes=3), dt.timedelta(minutes=10)
NEWS_LASTS, MISSED_LASTS = dt.timedelta(hours=1), dt.timedelta(hours=24)
REMEMBERED = dt.timedelta(hours=3)  # who has just read it needs no reminder
EMAIL, CUSTOMER = Delivery.Channel.EMAIL, "customer"
ALARMS = frozenset({EventKind.ANSWER_LATE, EventKind.RECOVERY_LATE})  # to managers
FIRST_NEWS = frozenset({EventKind.BOOKED, EventKind.CONFIRMED, EventKind.REOPENED})
"""After these the customer reads "it is booked", after others "it has changed"."""


@dataclass(frozen=True)
class WantedMessage:
    """One message; unique by name, channel and recipient within a sequence. `number`
    tells the second delay of a visit from its first."""

    kind: Kind | StaffKind
    channel: Delivery.Channel
    recipient: str
    due_at: dt.datetime
    useless_after: dt.datetime
    number: int = 1

    @property
    def name(self) -> str:
        return self.kind if self.number == 1 else f"{self.kind}-{self.number}"

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.name, self.channel, self.recipient)


@dataclass(frozen=True)
class _Message:
    """Before it is known by which channel. `is_answer`: to the customer's own act."""

    kind: Kind
    due_at: dt.datetime
    useless_after: dt.datetime
    number: int = 1
    is_answer: bool = False


def wanted_messages(facts: MessageFacts) -> frozenset[WantedMessage]:
    """Every message of the present sequence, sent ones included."""
    found = _alarms(facts)
    for message in (*_news(facts), *_reminders(facts), *_of_the_day(facts)):
        due_at = _when_awake(message, facts)
        if due_at < message.useless_after:
            times = (due_at, message.useless_after, message.number)
            found |= {
                WantedMessage(message.kind, by, CUSTOMER, *times)
                for by in _channels(facts, message, due_at)
            }
    return frozenset(found)


def _alarms(facts: MessageFacts) -> set[WantedMessage]:
    found = set()
    for event in ALARMS & facts.happened.keys():
        late, asked = facts.happened[event], event == EventKind.ANSWER_LATE
        wanted = Status.REQUESTED if asked else Status.DONE
        last = facts.starts_at if asked else late.at + MISSED_LASTS
        if facts.status == wanted and late.at < last:
            kind, times = StaffKind(event.value), (late.at, last, late.number)
            found |= {WantedMessage(kind, EMAIL, to, *times) for to in facts.managers}
    if facts.call_owed and EventKind.CALL_TRIED not in facts.happened:
        half, end = facts.call_owed
        kind, due = StaffKind.CALL_DUE, (half, end + CALL_WINDOW)
        found |= {WantedMessage(kind, EMAIL, to, *due) for to in facts.managers}
    return found


def _when_awake(message: _Message, facts: MessageFacts) -> dt.datetime:
    """The message's own time, or the end of the quiet hours that it falls into."""
    if message.is_answer:
        return message.due_at
    visit = {"starts_at": facts.starts_at, "ends_at": facts.ends_at}
    return when_awake(message.due_at, zone=facts.zone, **visit)


def _channels(
    facts: MessageFacts, message: _Message, due_at: dt.datetime
) -> list[Delivery.Channel]:
    wanted = facts.wants_reminders or message.kind not in OPTIONAL
    found = [EMAIL] if facts.has_email and wanted else []
    needed = not facts.has_email or _cannot_wait(facts, message, due_at)
    if facts.has_mobile and needed:
        found.append(Delivery.Channel.SMS)
    return found


def _cannot_wait(facts: MessageFacts, message: _Message, due_at: dt.datetime) -> bool:
    if message.kind in AT_ONCE:
        return True
    days = {at.astimezone(facts.zone).date() for at in (due_at, facts.starts_at)}
    is_today = len(days) == 1
    return message.kind in ON_THE_DAY and is_today and not message.is_answer


def _news(facts: MessageFacts) -> list[_Message]:
    if facts.is_known:
        return []
    told_at, answer = facts.told_at, facts.by_customer
    if facts.status in CANCELLED:
        if facts.status == Status.DECLINED:
            # Days later nobody waits for an answer any more.
            return [_Message(Kind.DECLINED, told_at, facts.ends_at + MISSED_LASTS)]
        by_store = facts.status == Status.CANCELLED_BY_STORE
        due_at = told_at + (UNDO_TIME if by_store else dt.timedelta(0))
        # Of a visit that was taken from them they read in the morning, if not before.
        last = max(due_at, morning_after(due_at, facts.zone)) + NEWS_LASTS
        last = max(last, facts.ends_at)
        return [_Message(Kind.CANCELLED, due_at, last, is_answer=answer)]
    if facts.status not in LIVE:
        return []
    kind = Kind.CONFIRMED if facts.change in FIRST_NEWS else Kind.CHANGED
    kind = Kind.REQUESTED if facts.status == Status.REQUESTED else kind
    if kind == Kind.CHANGED and told_at + SOON < facts.starts_at:
        told_at += CHANGE_RESTS
    return [_Message(kind, told_at, facts.ends_at, is_answer=answer)]


def _reminders(facts: MessageFacts) -> list[_Message]:
    """Only those whose time had not passed when the facts became true. The first is
    useless once the second takes its place, which is useless from the start on."""
    if facts.status != Status.CONFIRMED:
        return []
    soon = facts.starts_at - SOON
    found = []
    if (before := day_before(facts.starts_at, facts.zone)) > facts.told_at + REMEMBERED:
        found.append(_Message(Kind.REMINDER_DAY, before, soon))
    if soon > facts.told_at:
        found.append(_Message(Kind.REMINDER_SOON, soon, facts.starts_at))
    return found


def _of_the_day(facts: MessageFacts) -> list[_Message]:
    """The last of each; the one before is not wanted any more, sent or not."""
    told = [*_delays(facts), *_calls(facts), *_answers(facts), *_freed(facts)]
    return [*told, *_opened(facts), *_ends(facts), *_summary(facts), *_talk(facts)]


def _delays(facts: MessageFacts) -> list[_Message]:
    delayed = facts.happened.get(EventKind.DELAYED)
    if not delayed or facts.status not in UPCOMING:
        return []
    found = []
    hour = facts.starts_at + facts.delay
    if facts.delay or facts.delay_was_told:
        last = max(hour, delayed.at + dt.timedelta(minutes=5))
        found.append(_Message(Kind.DELAYED, delayed.at, last, delayed.number))
    near = hour - NEAR
    waits = facts.delay >= LONG_DELAY and facts.channel != Channel.CALLBACK
    if waits and near - delayed.at >= NEAR:
        found.append(_Message(Kind.TURN_NEAR, near, hour, delayed.number))
    return found


def _calls(facts: MessageFacts) -> list[_Message]:
    tried = facts.happened.get(EventKind.CALL_TRIED)
    if not tried or facts.status not in UPCOMING:
        return []
    if facts.next_try_at:
        last = max(facts.next_try_at, facts.ends_at)
        return [_Message(Kind.CALL_TRIED, tried.at, last, tried.number)]
    if tried.number < MOST_CALLS:
        return []
    return [_Message(Kind.CALL_LAST, tried.at, tried.at + MISSED_LASTS, tried.number)]


def _answers(facts: MessageFacts) -> list[_Message]:
    """Once for answers that were written in a row."""
    answered = facts.happened.get(EventKind.THREAD_ANSWERED)
    if not answered:
        return []
    due_at = answered.at + CHANGE_RESTS
    return [_Message(Kind.ANSWERED, due_at, _morning(due_at, facts), answered.number)]


def _morning(due_at: dt.datetime, facts: MessageFacts) -> dt.datetime:
    """Useless after it: news of the evening is read in the morning."""
    return max(due_at, morning_after(due_at, facts.zone)) + NEWS_LASTS


def _summary(facts: MessageFacts) -> list[_Message]:
    """One that stands before the mail afterwards is written is opened from there."""
    released = facts.happened.get(EventKind.SUMMARY_RELEASED)
    if not released or facts.status != Status.DONE:
        return []
    afterwards = [message for message in _ends(facts) if facts.wants_reminders]
    if any(released.at <= message.due_at for message in afterwards):
        return []
    due_at = released.at + CHANGE_RESTS
    return [_Message(Kind.SUMMARY, due_at, _morning(due_at, facts), released.number)]


def _freed(facts: MessageFacts) -> list[_Message]:
    offered = facts.happened.get(EventKind.HOUR_OFFERED)
    if not (offered and facts.hour_offered) or facts.status not in UPCOMING:
        return []
    return [_Message(Kind.FREED, *facts.hour_offered, offered.number)]


def _opened(facts: MessageFacts) -> list[_Message]:
    """A customer who did not say the code closes the file."""
    opened = facts.happened.get(EventKind.CASE_OPENED)
    if not opened:
        return []
    times = (opened.at, opened.at + NEWS_LASTS, opened.number)
    return [_Message(Kind.OPENED, *times, is_answer=True)]


def _talk(facts: MessageFacts) -> list[_Message]:
    """Once for a visit: who takes their word back, or chooses another hour, reads it on
    the page."""
    promised = facts.happened.get(EventKind.RECOVERY_PROMISED)
    if not (promised and facts.talk_until) or facts.status != Status.DONE:
        return []
    due_at = promised.at + CHANGE_RESTS
    return [_Message(Kind.RECOVERY, due_at, facts.talk_until)]


def _ends(facts: MessageFacts) -> list[_Message]:
    alone = facts.happened.get(EventKind.NOBODY_CAME)
    if alone and facts.status in UPCOMING:
        return [_Message(Kind.NOBODY_CAME, alone.at, alone.at + NEWS_LASTS)]
    missed = facts.happened.get(EventKind.MISSED)
    if missed and facts.status in MISSED:
        tried = facts.happened.get(EventKind.CALL_TRIED)
        is_last = tried is not None and tried.number >= MOST_CALLS
        kind = Kind.CALL_LAST if is_last else Kind.MISSED
        due_at = missed.at + UNDO_TIME
        # Who read it after the last call is not told again when staff close the row.
        number = tried.number if tried and is_last else missed.number
        return [_Message(kind, due_at, due_at + MISSED_LASTS, number)]
    done = facts.happened.get(EventKind.COMPLETED)
    if done and facts.status == Status.DONE and not facts.ended_badly:
        due_at = done.at + AFTER
        return [_Message(Kind.AFTER, due_at, due_at + MISSED_LASTS, done.number)]
    return []
