"""The permanent link of an appointment: derived whenever it is needed, never stored.

token = base64url(HMAC-SHA256(LINK_KEYS[key_id], link id ‖ generation))[:22], which is
132 bits. The database keeps its SHA-256 only, so a leaked copy opens nothing, and
rotating SECRET_KEY leaves every mailed link alive.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from booking.models import AccessLink, Appointment
from stores.derived import as_text, derived, generation_of, newest_key_id

TOKEN_LENGTH = 22


def token_of(link: AccessLink) -> str:
    """Derives the token again, with the key that the link was made with."""
    return derive(link.id, link.generation, link.key_id)


def derive(link_id: uuid.UUID, generation: int, key_id: str) -> str:
    secret = derived(key_id, generation_of(link_id, generation))
    return as_text(secret)[:TOKEN_LENGTH]


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_link(
    appointment: Appointment,
    *,
    now: dt.datetime,
    purpose: AccessLink.Purpose = AccessLink.Purpose.CUSTOMER,
) -> AccessLink:
    """Stores a new link."""
    link = new_link(appointment, now=now, purpose=purpose)
    link.save(force_insert=True)
    return link


def new_link(
    appointment: Appointment,
    *,
    now: dt.datetime,
    purpose: AccessLink.Purpose = AccessLink.Purpose.CUSTOMER,
) -> AccessLink:
    """With the first of the configured keys; not stored yet."""
    key_id = newest_key_id()
    link_id = uuid.uuid4()
    return AccessLink(
        id=link_id,
        brand_id=appointment.brand_id,
        appointment=appointment,
        purpose=purpose,
        key_id=key_id,
        token_hash=token_hash(derive(link_id, 1, key_id)),
        created_at=now,
    )


def revoke_link(link: AccessLink) -> None:
    """The old token opens nothing any more; the new one is derived as before."""
    link.generation += 1
    link.token_hash = token_hash(token_of(link))
    link.save(update_fields=["generation", "token_hash"])


def guest_links_of(appointment: Appointment) -> QuerySet[AccessLink]:
    """Those that were given out for the room, the oldest first."""
    links = AccessLink.objects.for_brand(appointment.brand)
    return links.filter(
        appointment=appointment, purpose=AccessLink.Purpose.GUEST
    ).order_by("created_at")


def link_for_token(token: str) -> AccessLink | None:
    """Looked up by hash: equal time for any wrong token, and no row is written."""
    if len(token) != TOKEN_LENGTH:
        return None
    links = AccessLink.objects.all_brands().select_related("appointment", "brand")
    return links.filter(token_hash=token_hash(token)).first()


def proof_of(link: AccessLink, address: str) -> str:
    """Six characters that only who reads the messages to this address can know: the
    same link without them may have been copied from anywhere."""
    told = link.id.bytes + address.strip().lower().encode()
    return as_text(derived(link.key_id, told, purpose=b"proof:"))[:6]


def permanent_url(appointment: Appointment, *, to: str = "") -> str:
    """The absolute address that messages and copy buttons give away; in a message to
    the address `to` it carries its proof. One query, or none where the `links` were
    read with the appointment."""
    link = customer_link(appointment)
    path = reverse("booking:permanent_link", args=[token_of(link)])
    proof = f"?p={proof_of(link, to)}" if to else ""
    return f"{settings.SITE_URL.rstrip('/')}{path}{proof}"


def customer_link(appointment: Appointment) -> AccessLink:
    for link in appointment.links.all():
        if link.purpose == AccessLink.Purpose.CUSTOMER:
            return link
    raise AccessLink.DoesNotExist


def is_proof(appointment: Appointment, proof: str) -> bool:
    """True if the proof came with a mail to the present address of the customer."""
    email = appointment.customer.email
    if not (email and proof and proof.isascii()):
        return False
    return hmac.compare_digest(proof_of(customer_link(appointment), email), proof)
