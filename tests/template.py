"""A database that holds the migrated schema, from which each test database is copied.

It is made once for as long as migrations and dependencies stay as they are, by whoever
comes first: the workers of pytest-xdist share it, and so do the runs on one server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection

from tests.house.sources import PACKAGES, ROOT

PREFIX = "visavis_template_"
LOCK = 7_716_205_291_840_711
"""Of this server; whoever finds it taken waits for the template."""


def name_of_template() -> str:
    """Another one for each state of what a migrated schema is made from."""
    sum_ = hashlib.sha256()
    migrations = [ROOT.glob(f"{package}/migrations/*.py") for package in PACKAGES]
    for path in [ROOT / "requirements.txt", *sorted(p for m in migrations for p in m)]:
        sum_.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return f"{PREFIX}{sum_.hexdigest()[:16]}"


def use_template() -> None:
    """Lets Django copy test databases, and migrate none of them."""
    told = connection.settings_dict
    told["TEST"]["TEMPLATE"] = made_template()
    told["TEST"]["MIGRATE"] = False


def made_template() -> str:
    """The template's name, once it is there."""
    name = name_of_template()
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        here = {row[0] for row in server.execute("SELECT datname FROM pg_database")}
        if name not in here:
            for old in sorted(one for one in here if one.startswith(PREFIX)):
                server.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            _make(server, name)
    return name


def _make(server: psycopg.Connection[Any], name: str) -> None:
    """Under its name stands only what is whole."""
    making = f"{name}_making"
    server.execute(f'CREATE DATABASE "{making}"')
    told, before = connection.settings_dict, connection.settings_dict["NAME"]
    connection.close()
    told["NAME"] = making
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        told["NAME"] = before
    server.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    """A connection to no test's database, where databases are made."""
    told = connection.settings_dict
    where = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"]}
    named = {key: value for key, value in where.items() if value}
    with psycopg.connect(
        **named, password=told["PASSWORD"] or None, dbname="postgres", autocommit=True
    ) as server:
        yield server
