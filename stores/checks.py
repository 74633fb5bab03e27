"""System checks that read rows; run with `manage.py check --deploy`.

They inform and never fail it: one person's row must not keep a release from starting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Info, register
from django.db import DatabaseError

from stores.queries import count_without_agenda


@register(deploy=True)
def check_agendas(**kwargs: Any) -> Sequence[CheckMessage]:
    """Nobody stays unbookable unseen. Silent without a database or its tables."""
    try:
        missing = count_without_agenda()
    except DatabaseError:
        return []
    if not missing:
        return []
    hint = "`manage.py check_data` names them; who is saved in /admin/ gets one."
    text = f"Without an agenda, so bookable by nobody: {missing} people with a post."
    return [Info(text, hint=hint, id="visavis.I020")]
