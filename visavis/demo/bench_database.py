"""The database of the measurements: beside the one in use, never the one in use."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

NAME = "visavis_bench"


def use_bench_database(name: str = NAME) -> str:
    """Points this process's connection at the database `name`, made and migrated where
    it is missing; returns its URL for processes started from here."""
    known = connection.get_connection_params()
    known = {key: known[key] for key in ("user", "password", "host", "port")
             if known.get(key)}  # fmt: skip
    with psycopg.connect(dbname="postgres", autocommit=True, **known) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not found.fetchone():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0, interactive=False)
    return url_of(name)


def url_of(name: str) -> str:
    """The address of a database on the server in use, as `DATABASE_URL` wants it."""
    set_ = connection.settings_dict
    host, port = str(set_["HOST"]), str(set_["PORT"] or "")
    user = str(set_["USER"]) + (f":{set_['PASSWORD']}" if set_["PASSWORD"] else "")
    if host.startswith("/"):
        return urlunsplit(("postgresql", f"{user}@", f"/{name}", f"host={host}", ""))
    place = f"{user}@{host}" + (f":{port}" if port else "")
    return urlunsplit(("postgresql", place, f"/{name}", urlsplit("").query, ""))
