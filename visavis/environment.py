"""Reading settings from the environment: strict, or an error that names the variable.

Every name that the product reads is declared through one of these functions, so that
`SETTINGS` is the whole table; a test holds docs/operations.md against it.
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SETTINGS: dict[str, str] = {}
"""Name of each environment variable → its default, as written in the settings table."""


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file that `NAME_FILE` points at."""
    SETTINGS[name] = "" if default is None else default
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text().strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from None


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def keys(name: str, default: str | None = None) -> dict[str, bytes]:
    """`id:hex,id:hex` → {id: key}. The first is used for what is new."""
    found = {}
    for part in text(name, default).split(","):
        key_id, _, secret = part.strip().partition(":")
        try:
            found[key_id] = bytes.fromhex(secret)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must be id:hex[,id:hex].") from None
        if len(found[key_id]) < 16 or not key_id.isalnum():
            raise ImproperlyConfigured(f"{name}: each key has an id and 16 bytes.")
    return found


def document(name: str) -> dict[str, Any]:
    """A JSON object, for what a library beside ours is told; none by default."""
    try:
        found = json.loads(text(name, "") or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object.")
    return found


ONLY_WHAT_ASKS = 1_000_000_000


def database(name: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?host=/socket&sslmode=…` for Django.

    `prepare_threshold=` as in psycopg. Empty means a pooler that changes connections
    between transactions: nothing is prepared, no cursor is kept on the server and no
    start-up option is sent. Django's default is to prepare nothing, which also refuses
    those that ask for it; ours prepares only them, and plans each of them once: they
    look rows up by index, and planning would cost more than that.
    """
    url = urlsplit(text(name))
    if url.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"{name} must begin with postgresql://.")
    options: dict[str, Any] = dict(parse_qsl(url.query, keep_blank_values=True))
    threshold = options.pop("prepare_threshold", str(ONLY_WHAT_ASKS))
    options["prepare_threshold"] = int(threshold) if threshold else None
    if threshold:
        given = options.get("options", "")
        options["options"] = f"-c plan_cache_mode=force_generic_plan {given}".strip()
    return {
        "ENGINE": "visavis.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", None) or url.hostname or "",
        "PORT": str(options.pop("port", None) or url.port or ""),
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": not threshold,
        "OPTIONS": options,
    }


def mail(name: str, default: str) -> dict[str, Any]:
    """`smtp://user:password@host:port`, `smtp+tls://` (STARTTLS) or `smtps://`."""
    url = urlsplit(text(name, default))
    if url.scheme not in ("smtp", "smtp+tls", "smtps"):
        raise ImproperlyConfigured(f"{name} must begin with smtp://, smtp+tls://, …")
    return {
        "EMAIL_HOST": url.hostname or "127.0.0.1",
        "EMAIL_PORT": url.port or {"smtps": 465, "smtp+tls": 587}.get(url.scheme, 25),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_USE_SSL": url.scheme == "smtps",
    }
