"""Media nodes as rows: living, but with nobody behind their address."""

from __future__ import annotations

import uuid

from django.db.models.functions import Now

from video.models import MediaNode

NOBODY = "http://127.0.0.1:9"
"""The discard port: a call is refused at once."""


def node_row(name: str, **changes: object) -> MediaNode:
    """Alive now by the database's clock."""
    facts: dict[str, object] = {
        "boot_id": uuid.uuid4(),
        "control_url": NOBODY,
        "announce_ip": "127.0.0.1",
        "udp_port": 9,
        "heartbeat_at": Now(),
    }
    return MediaNode.objects.create(name=name, **(facts | changes))
