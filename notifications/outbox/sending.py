"""One message that has just been claimed: ask again, send, mark."""

from __future__ import annotations

import datetime as dt
import logging
from enum import StrEnum
from typing import Protocol

from django.db import Error as DatabaseError

from notifications.channels.base import Channel, Handed
from notifications.channels.email import ASCII_ONLY
from notifications.errors import DeliveryError
from notifications.models import Delivery
from notifications.outbox.claims import Ending

logger = logging.getLogger(__name__)

BACK_OFF = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(minutes=60),
)
MOST_TRIES = 8
BOUNCES = {"recipient_refused", ASCII_ONLY}
"""The address takes no mail: another one is asked for."""


class Result(StrEnum):
    SENT = "sent"
    VOID = "void"
    RETRY = "retry"
    DEAD = "dead"
    FENCED = "fenced"


class Subject(Protocol):
    """The row that a message belongs to, read with all that the message needs."""

    def why_not(self, delivery: Delivery, now: dt.datetime) -> str:
        """Asked between claim and sending; empty when it may be sent."""
        ...

    def hand_over(
        self, delivery: Delivery, channel: Channel, now: dt.datetime
    ) -> Handed:
        """Write it and give it to the channel, within what its budgets allow."""
        ...

    def note_refused(self, delivery: Delivery, now: dt.datetime) -> None:
        """Remember that the reader's address takes no mail, for good."""
        ...

    def settle(self, delivery: Delivery, ending: Ending) -> bool:
        """Write the end of this try; False if this try does not hold the row."""
        ...


def send_claimed(
    delivery: Delivery, read: Subject, *, channel: Channel, now: dt.datetime
) -> Result:
    """Sends it. The caller has claimed it and knows that `read` is up to date."""
    if delivery.tries > MOST_TRIES:  # its senders died each time
        logger.error("delivery %s: given up, gave_up", delivery.pk)
        ending = Ending(Delivery.State.DEAD, "gave_up")
        return _settle(delivery, read, Result.DEAD, ending)
    try:
        problem = read.why_not(delivery, now)
        if problem:
            ending = Ending(Delivery.State.VOID, problem)
            return _settle(delivery, read, Result.VOID, ending)
        handed = read.hand_over(delivery, channel, now)
    except DeliveryError as error:
        if error.code in BOUNCES and error.permanent:
            read.note_refused(delivery, now)
        return _fail(delivery, read, error)
    except DatabaseError:
        raise
    except Exception as error:  # one bad row must not stop the others
        # The class only: the words of an error may hold a person's.
        logger.error("delivery %s: %s", delivery.pk, type(error).__name__)
        fault = DeliveryError(f"fault_{type(error).__name__}"[:80])
        return _fail(delivery, read, fault)
    ending = Ending(
        Delivery.State.SENT, sent_at=now, reference=handed.reference, cost=handed.cost
    )
    return _settle(delivery, read, Result.SENT, ending)


def _fail(delivery: Delivery, read: Subject, error: DeliveryError) -> Result:
    logger.warning("delivery %s: %s at try %s", delivery.pk, error.code, delivery.tries)
    if error.permanent or delivery.tries >= MOST_TRIES:
        logger.error("delivery %s: given up, %s", delivery.pk, error.code)
        ending = Ending(Delivery.State.DEAD, error.code)
        return _settle(delivery, read, Result.DEAD, ending)
    pause = BACK_OFF[min(delivery.tries, len(BACK_OFF)) - 1]
    ending = Ending(Delivery.State.DUE, error.code, rest=pause)
    return _settle(delivery, read, Result.RETRY, ending)


def _settle(
    delivery: Delivery, read: Subject, result: Result, ending: Ending
) -> Result:
    """Write the end of this try, if this try still holds the row."""
    return result if read.settle(delivery, ending) else Result.FENCED
