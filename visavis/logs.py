"""Logs of all programs: never a token, an address or a name.

The rule stands where every line is made, in the record itself, so that it holds for
any server, handler and formatter: `uvicorn` with its own access log as well as `./run`.
`LOGGING_CONFIG` names `configure`, which each program calls when Django is set up.
"""

from __future__ import annotations

import logging
import logging.config
import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls.resolvers import RoutePattern, URLResolver

HIDDEN = "…"
OURS = ("stores", "booking", "video", "notifications", "visavis")

_LINK = re.compile(
    r"(/r/(?:(?:guest|calendar|invitation|password|address)/)?)[^\s/?#\"'<>]+"
)
_MAIL = re.compile(
    r"[^\s@<>\"'(),;:/=?&]{1,64}(?:@|%40)[^\s@<>\"'(),;:/?&]{1,255}", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w.:-])(?:(?:\+|00)\d{8,15}|0\d(?:[ .-]?\d\d){4})(?![\w-])")
_ADDRESS = re.compile(r"(^|[\s\"'(=<\[]|https?://[^\s/?\"'<>]*)([/?][^\s\"'<>)\],;]*)")
_REPR = re.compile(r"(exception=[\w.]+)\(.*\)(?=>|$)")
_PLAIN_PART = re.compile(r"|\d{1,8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# The words of these are the interpreter's, a settings file's or a server's own. Any
# other exception may repeat what somebody typed.
_PLAIN_ERRORS = (
    AttributeError,
    ImportError,
    NameError,
    NotImplementedError,
    RecursionError,
    ZeroDivisionError,
    ImproperlyConfigured,
)
_PLAIN_LIBRARIES = {"redis", "kombu", "billiard", "celery", "uvicorn", "psycopg_pool"}
# Connections, constraints, transactions, names, resources, locks, operators. Values
# stand in the others (22: `invalid input syntax for type uuid: "…"`), and in DETAIL.
_PLAIN_STATES = ("08", "23", "25", "28", "3D", "40", "42", "53", "55", "57")


def configure(logging_settings: dict[str, Any]) -> None:
    """Set logging up; from here on each record of the process is masked."""
    logging.setLogRecordFactory(MaskedRecord)
    logging.config.dictConfig(logging_settings)


class MaskedRecord(logging.LogRecord):
    """A record of which no part holds more than may be written."""

    def __init__(self, name: str, *args: Any, **options: Any) -> None:
        super().__init__(name, *args, **options)
        self._is_ours = (name or "").partition(".")[0] in OURS
        if isinstance(self.args, tuple):
            self.args = tuple(self._masked(value) for value in self.args)
        elif type(self.args) is dict:
            self.args = self._masked_context(self.args)
        if self.exc_info and self.exc_info[1] is not None:
            # A formatter takes this text where it is there, and makes none itself.
            self.exc_text = told(self.exc_info[1])

    def getMessage(self) -> str:
        return masked(super().getMessage(), addresses=not self._is_ours)

    def _masked(self, value: object) -> object:
        if isinstance(value, BaseException):
            return words_of(value)
        if not isinstance(value, str):
            return value
        if value.startswith("/") and not self._is_ours:
            return masked_path(value)  # with the spaces that may stand in it
        return masked(value, addresses=not self._is_ours)

    def _masked_context(self, context: Mapping[str, object]) -> dict[str, object]:
        """Celery tells by these what a task was called with, and its error as text."""
        told_by_celery = {"exc", "traceback", "args", "kwargs", "return_value"}
        is_task = self.name == "celery.app.trace"
        return {
            key: HIDDEN if is_task and key in told_by_celery else self._masked(value)
            for key, value in context.items()
        }


def masked(text: str, *, addresses: bool = True) -> str:
    """The text without links, e-mail addresses and phone numbers.

    With `addresses` any path in it is masked as by `masked_path`: what others log is
    what a client asked for.
    """
    if addresses:
        text = _ADDRESS.sub(lambda found: found[1] + masked_path(found[2]), text)
    text = _REPR.sub(rf"\1({HIDDEN})", _LINK.sub(rf"\1{HIDDEN}", text))
    return _PHONE.sub(HIDDEN, _MAIL.sub(HIDDEN, text))


def masked_path(path: str) -> str:
    """Only the parts that our own addresses are made of, numbers and ids: whatever a
    person wrote there, or was given, is hidden, and so is the query."""
    path, mark, _ = path.partition("?")
    known = _known_parts()
    parts = [
        part if part in known or _PLAIN_PART.fullmatch(part) else HIDDEN
        for part in path.split("/")
    ]
    return "/".join(parts) + (f"?{HIDDEN}" if mark else "")


def _known_parts() -> frozenset[str]:
    """Of the addresses that are served; none before they were imported."""
    name = settings.ROOT_URLCONF
    known = hasattr(sys.modules.get(name), "urlpatterns")
    return _parts_of(name) if known else frozenset()


@lru_cache(maxsize=2)
def _parts_of(urlconf: str) -> frozenset[str]:
    return frozenset(_literals(sys.modules[urlconf].urlpatterns))


def _literals(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern.pattern, RoutePattern):
            parts = str(pattern.pattern).split("/")
            yield from (part for part in parts if "<" not in part)
        if isinstance(pattern, URLResolver):
            yield from _literals(pattern.url_patterns)


def words_of(error: BaseException) -> str:
    """The kind of an error, and its words where they cannot be somebody's."""
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ != "builtins":
        name = f"{kind.__module__}.{name}"
    said = _plain_words(error)
    return f"{name}: {masked(said)}" if said else name


def _plain_words(error: BaseException) -> str:
    if isinstance(error, psycopg.Error):
        state = error.sqlstate or ""
        if not state:  # of the way to the server, or of the client
            away = isinstance(error, psycopg.OperationalError)
            return str(error).partition("\n")[0] if away else ""
        said = (error.diag.message_primary or "") if state[:2] in _PLAIN_STATES else ""
        return f"[{state}] {said}".rstrip()
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    library = type(error).__module__.partition(".")[0]
    if isinstance(error, _PLAIN_ERRORS) or library in _PLAIN_LIBRARIES:
        return str(error)
    code = getattr(error, "code", "")
    return code if isinstance(code, str) and code.isidentifier() else ""


def told(error: BaseException) -> str:
    """As Python tells an error and what it came from, but with `words_of` for each."""
    return "\n".join(_chain(error, set()))


def _chain(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    cause, context = error.__cause__, error.__context__
    earlier = cause or (None if error.__suppress_context__ else context)
    if earlier is not None and id(earlier) not in seen:
        yield from _chain(earlier, seen)
        yield "\n(then)\n" if cause is None else "\n(which led to)\n"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield words_of(error)
    for inner in getattr(error, "exceptions", ()):
        if isinstance(inner, BaseException) and id(inner) not in seen:
            yield from _chain(inner, seen)


def tell_uncaught() -> None:
    """Let a program that an error ends say no more than its log would."""

    def tell(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        print(told(error), file=sys.stderr, flush=True)  # noqa: T201 - its last words

    sys.excepthook = tell
