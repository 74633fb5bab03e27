"""System checks: what a settings file cannot express by itself.

E001 to E005 run at every start; from E010 on they judge a production environment and
run with `manage.py check --deploy`, as do those of rows in `stores.checks`. The ids are
stable: docs/operations.md lists them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

RELAY = re.compile(r"turns?:[^\s/?,]+(\?transport=(udp|tcp))?")
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]", "::1"}


def check_database(**kwargs: Any) -> Sequence[CheckMessage]:
    """PostgreSQL, and no connection kept beyond a request."""
    found = []
    for name, database in settings.DATABASES.items():
        if database.get("CONN_MAX_AGE") != 0:
            found.append(
                Error(
                    f"CONN_MAX_AGE of database {name!r} is not 0.",
                    hint="Under ASGI a kept connection stays with a thread that may "
                    "never come back. Use DATABASE_POOL=1.",
                    id="visavis.E001",
                )
            )
        if not str(database.get("ENGINE")).endswith(".postgresql"):
            found.append(
                Error(
                    f"Database {name!r} is not PostgreSQL.",
                    hint="Double booking is refused by an exclusion constraint.",
                    id="visavis.E002",
                )
            )
        if database.get("ATOMIC_REQUESTS"):
            found.append(
                Error(
                    f"ATOMIC_REQUESTS of database {name!r} is on.",
                    hint="A service owns its transaction; a lost race is tried again "
                    "in a new one.",
                    id="visavis.E003",
                )
            )
    return found


def check_keys(**kwargs: Any) -> Sequence[CheckMessage]:
    """Three keys for three purposes: who learns one must not hold another."""
    found = []
    secrets = {settings.SECRET_KEY, settings.MEDIA_CONTROL_KEY}
    if any(
        _says(key, secret) for key in settings.LINK_KEYS.values() for secret in secrets
    ):
        found.append(
            Error(
                "A key of LINK_KEYS is used elsewhere too.",
                hint="SECRET_KEY may be changed in an hour of need; the links that "
                "customers keep must survive it.",
                id="visavis.E004",
            )
        )
    if settings.MEDIA_CONTROL_KEY == settings.SECRET_KEY:
        found.append(Error("MEDIA_CONTROL_KEY is the SECRET_KEY.", id="visavis.E005"))
    return found


def _says(key: bytes, secret: str) -> bool:
    return bool(secret) and (key.hex() in secret or secret.encode() == key)


def check_addresses(**kwargs: Any) -> Sequence[CheckMessage]:
    """Links in messages and the media address lead back to this place."""
    site = urlsplit(settings.SITE_URL)
    found = []
    if site.scheme != "https" or not site.hostname or site.hostname in LOOPBACK_NAMES:
        found.append(
            Error(
                f"SITE_URL is {settings.SITE_URL!r}.",
                hint="Messages carry this address: the public one, with https.",
                id="visavis.E010",
            )
        )
    elif not _is_allowed(site.hostname):
        found.append(
            Error(
                "ALLOWED_HOSTS does not hold the host of SITE_URL.", id="visavis.E011"
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS allows every host.", id="visavis.E012"))
    if ipaddress.ip_address(settings.MEDIA_ANNOUNCE_IP).is_loopback:
        found.append(
            Error(
                "MEDIA_ANNOUNCE_IP is a loopback address.",
                hint="Browsers send their pictures there: the public address.",
                id="visavis.E013",
            )
        )
    if not settings.MEDIA_UDP_PORT:
        found.append(
            Error(
                "MEDIA_UDP_PORT is not fixed.",
                hint="A firewall opens one port; another one at each start is closed.",
                id="visavis.E014",
            )
        )
    return found


def _is_allowed(host: str) -> bool:
    return any(
        host == name or (name.startswith(".") and f".{host}".endswith(name))
        for name in settings.ALLOWED_HOSTS
    )


def check_relays(**kwargs: Any) -> Sequence[CheckMessage]:
    """A browser refuses a whole room for one relay that it cannot read."""
    known = all(RELAY.fullmatch(url) for url in settings.TURN_URLS)
    others = {settings.SECRET_KEY, settings.MEDIA_CONTROL_KEY, ""}
    if not settings.TURN_URLS or (known and settings.TURN_SECRET not in others):
        return []
    hint = "turn:HOST:PORT?transport=udp, …?transport=tcp or turns:…, with commas; "
    hint += "TURN_SECRET is coturn's static-auth-secret and nothing else."
    text = "TURN_URLS or TURN_SECRET is not right."
    return [Error(text, hint=hint, id="visavis.E017")]


def check_workers(**kwargs: Any) -> Sequence[CheckMessage]:
    """Calls to a worker on another machine carry session descriptions."""
    url = settings.MEDIA_CONTROL_URL
    if not url or url.startswith("https://"):
        return []
    return [Error(f"MEDIA_CONTROL_URL is {url!r}, not https.", id="visavis.E018")]


def check_pooler(**kwargs: Any) -> Sequence[CheckMessage]:
    """Warns of a pooler: a program that listens needs a session of its own."""
    pooled = settings.DATABASES["default"].get("DISABLE_SERVER_SIDE_CURSORS")
    if not pooled or "direct" in settings.DATABASES:
        return []
    hint = "It names PostgreSQL itself: `deliver` hears of new bookings there."
    text = "DATABASE_URL leads through a pooler, and DATABASE_DIRECT_URL is not set."
    return [Error(text, hint=hint, id="visavis.E019")]


def check_mail(**kwargs: Any) -> Sequence[CheckMessage]:
    """Confirmations go to customers, and nowhere else."""
    found = []
    if settings.MAILBOX_DIR:
        found.append(
            Error(
                "MAILBOX_DIR is set.",
                hint="It shows every message to whoever opens /dev/mailbox/.",
                id="visavis.E015",
            )
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        found.append(
            Error(
                "DEFAULT_FROM_EMAIL is an address at localhost.",
                hint="Mail servers refuse it.",
                id="visavis.E016",
            )
        )
    return found


ALWAYS = (check_database, check_keys)
IN_PRODUCTION = (
    check_addresses,
    check_relays,
    check_workers,
    check_pooler,
    check_mail,
)
