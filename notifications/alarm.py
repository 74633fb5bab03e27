"""What speaks up when messages do not leave: a line at error level, ids and ages only.

The metrics say the same to who asks; this is for who only reads logs. A message that
was given up is said when that happens (`notifications.sending`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from notifications.queries import oldest_due

logger = logging.getLogger(__name__)

LATE = 60.0
LOOK_EVERY = 30.0
AGAIN_AFTER = 600.0
"""Seconds, each. Repeated, so that a log that is cut daily still says it."""


class Watch:
    """Looks now and then; one for each loop. `clock` is a monotonic one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked_at: float | None = None
        self._said_at: float | None = None

    def look(self) -> None:
        """One small query, at most each half minute."""
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        oldest = oldest_due()
        if oldest is None or oldest.age <= LATE:
            if self._said_at is not None:
                logger.warning("messages leave on time again")
                self._said_at = None
        elif self._said_at is None or now - self._said_at >= AGAIN_AFTER:
            text = "messages are late: delivery %s has been due for %.0f s (%s)"
            logger.error(text, oldest.pk, oldest.age, oldest.problem or oldest.channel)
            self._said_at = now
