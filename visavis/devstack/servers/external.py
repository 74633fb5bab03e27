"""Servers named by the environment are checked before anything is started on them.

Run as a script, `python -m visavis.devstack.servers.external NAME` checks one of them:
the client libraries take longer to import than everything else that the launcher does.
"""

import os
import re
import sys
from urllib.parse import urlsplit

import psycopg
import redis

from visavis.devstack.messages import StartError

PATIENCE = 5


def _one_line(error: BaseException, url: str) -> str:
    """The last sentence of an error, without a password that may stand in it."""
    text = " ".join(str(error).split())
    try:
        password = urlsplit(url).password
    except ValueError:
        password = None
    if password:
        text = text.replace(password, "…")
    return (
        re.sub(r"\s*Is the server running.*$", "", text)[:300] or type(error).__name__
    )


def check_database_url(url: str) -> None:
    if not url.startswith(("postgres://", "postgresql://")):
        raise StartError("DATABASE_URL must begin with postgresql://")
    try:
        psycopg.connect(url, connect_timeout=PATIENCE).close()
    except psycopg.Error as error:
        raise StartError(
            f"DATABASE_URL does not work: {_one_line(error, url)}"
        ) from error


def check_redis_url(url: str) -> None:
    try:
        client = redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        )
        try:
            client.ping()
        finally:
            client.close()
    except (redis.RedisError, ValueError, OSError) as error:
        raise StartError(f"REDIS_URL does not work: {_one_line(error, url)}") from error


CHECKS = {"DATABASE_URL": check_database_url, "REDIS_URL": check_redis_url}


def main(name: str) -> int:
    try:
        CHECKS[name](os.environ[name])
    except StartError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
