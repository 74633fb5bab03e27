"""Access to messages: the object, or Http404."""

from __future__ import annotations

import uuid

from django.http import Http404
from django.shortcuts import get_object_or_404

from notifications.models import WebhookEndpoint
from stores.accounts.workplace import Workplace


def webhook_of(workplace: Workplace, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    """One of the brand's, for its admins."""
    if not workplace.sees_whole_brand:
        raise Http404
    rows = WebhookEndpoint.objects.for_brand(workplace.brand).select_related("brand")
    return get_object_or_404(rows, pk=endpoint_id)
