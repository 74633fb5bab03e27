"""The secrets that webhooks are signed with: derived whenever they are needed.

"whsec_" + base64url(HMAC-SHA256(LINK_KEYS[key_id], purpose ‖ id ‖ generation)).
A leaked copy of the database signs nothing, as it opens no permanent link.
"""

from __future__ import annotations

import datetime as dt

from notifications.models import WebhookEndpoint
from stores.derived import as_text, derived, generation_of

PURPOSE = b"notifications.webhooks:"
BOTH_FOR = dt.timedelta(hours=24)
"""The time for which the old secret still signs beside the new one."""


def secret_of(endpoint: WebhookEndpoint) -> str:
    return _derive(endpoint, endpoint.generation)


def valid_secrets(endpoint: WebhookEndpoint, now: dt.datetime) -> list[str]:
    """The new one first, and the old one while the receiver may still know only it."""
    found = [secret_of(endpoint)]
    if endpoint.previous_until and now < endpoint.previous_until:
        found.append(_derive(endpoint, endpoint.generation - 1))
    return found


def _derive(endpoint: WebhookEndpoint, generation: int) -> str:
    told = generation_of(endpoint.id, generation)
    secret = derived(endpoint.key_id, told, purpose=PURPOSE)
    return "whsec_" + as_text(secret).rstrip("=")
