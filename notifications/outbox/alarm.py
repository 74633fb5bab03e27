"""The alarm for messages that do not leave: a line at error level, ids and ages only.

The metrics say the same to who asks; this is for who only reads logs. A message that
was given up is said when that happens (`notifications.outbox.sending`).
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable

from django.utils import timezone

from notifications.queries import oldest_due, refused_mails

logger = logging.getLogger(__name__)

LATE = 60.0
LOOK_EVERY = 30.0
AGAIN_AFTER = 600.0
"""Seconds, each. Repeated, so that a log that is cut daily still says it."""

MANY_REFUSED = 5
REFUSED_WITHIN = dt.timedelta(days=1)
"""So many mails that servers refused because of us: a fault of SPF, DKIM, a listed
address or the like, and not of one customer's server."""


class Watch:
    """Looks now and then; one for each loop. `clock` is a monotonic one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked_at: float | None = None
        self._said_at: float | None = None
        self._said_refused_at: float | None = None

    def look(self) -> None:
        """Two small queries, at most each half minute."""
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        self._look_for_refusals(now)
        oldest = oldest_due()
        if oldest is None or oldest.age <= LATE:
            if self._said_at is not None:
                logger.warning("messages leave on time again")
                self._said_at = None
        elif self._said_at is None or now - self._said_at >= AGAIN_AFTER:
            text = "messages are late: delivery %s has been due for %.0f s (%s)"
            logger.error(text, oldest.pk, oldest.age, oldest.problem or oldest.channel)
            self._said_at = now

    def _look_for_refusals(self, now: float) -> None:
        count = refused_mails(timezone.now() - REFUSED_WITHIN)
        if count < MANY_REFUSED:
            self._said_refused_at = None
        elif (
            self._said_refused_at is None or now - self._said_refused_at >= AGAIN_AFTER
        ):
            text = "mail: servers refused us %s times in a day: check SPF, DKIM, DMARC"
            logger.error(text, count)
            self._said_refused_at = now
