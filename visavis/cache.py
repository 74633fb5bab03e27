"""The cache, which may be away: then nothing is remembered, and nobody is turned off.

It counts requests and guesses. What must not happen twice is refused by PostgreSQL, so
a cache that is down may cost protection against guessing, never an appointment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_INCR = """
if redis.call('EXISTS', KEYS[1]) == 1 then
    return redis.call('INCRBY', KEYS[1], ARGV[1])
end
"""


class OneClient(RedisCacheClient):
    """Django makes a client, with its table of all commands, for each one it sends."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._made: dict[bool, Any] = {}
        self._counts: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """With one server, as here, the same for reading and writing."""
        if write not in self._made:
            self._made[write] = super().get_client(key, write=write)
        return self._made[write]

    def incr(self, key: Any, delta: int) -> int:
        """As Django's, which asks twice. Raises ValueError for a key that is not."""
        client = self.get_client(key, write=True)
        if self._counts is None:
            self._counts = client.register_script(_INCR)
        count = self._counts(keys=[key], args=[delta])
        if count is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(count)


@lru_cache(maxsize=8)
def _client_for(
    servers: tuple[str, ...], options: tuple[tuple[str, Any], ...]
) -> OneClient:
    return OneClient(list(servers), **dict(options))


class ForgivingCache(RedisCache):
    """Valkey by Django's own backend; while it is away, an empty cache."""

    _servers: list[str]
    _options: dict[str, Any]

    @cached_property
    def _cache(self) -> OneClient:
        """One for the process. Django makes a cache for each request that asks, and a
        client of its own would open a connection for each."""
        return _client_for(tuple(self._servers), tuple(self._options.items()))

    def add(self, *args: Any, **options: Any) -> bool:
        return bool(self._or(True, super().add, *args, **options))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, super().get, key, default, version)

    def set(self, *args: Any, **options: Any) -> None:
        self._or(None, super().set, *args, **options)

    def touch(self, *args: Any, **options: Any) -> bool:
        return bool(self._or(False, super().touch, *args, **options))

    def delete(self, *args: Any, **options: Any) -> bool:
        return bool(self._or(False, super().delete, *args, **options))

    def incr(self, *args: Any, **options: Any) -> int:
        return int(self._or(1, super().incr, *args, **options))

    @staticmethod
    def _or(otherwise: Any, ask: Callable[..., Any], *args: Any, **options: Any) -> Any:
        try:
            return ask(*args, **options)
        except RedisError as error:
            log.warning("The cache is away (%s).", type(error).__name__)
            return otherwise
