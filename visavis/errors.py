"""The one table from named errors to HTTP, for pages and API alike."""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import render
from psycopg.errors import LockNotAvailable, QueryCanceled
from psycopg_pool import PoolTimeout
from rest_framework import exceptions as rest
from rest_framework.response import Response

from booking import errors as booking
from booking.rota import conflicts
from stores import errors as stores
from video import errors as video
from visavis.places import Place

logger = logging.getLogger(__name__)


class DatabaseAway(Exception):
    """The database does not answer. What was being written was not, or is asked again
    with the same key."""

    code = "database_away"

    def __init__(self) -> None:
        super().__init__("The database is away for a moment; try again.")


STATUS: dict[type[Exception], HTTPStatus] = {
    DatabaseAway: HTTPStatus.SERVICE_UNAVAILABLE,
    booking.SlotTaken: HTTPStatus.CONFLICT,
    booking.SlotNotOffered: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.HoldExpired: HTTPStatus.CONFLICT,
    booking.CallTheStore: HTTPStatus.TOO_MANY_REQUESTS,
    booking.TooLateToCancel: HTTPStatus.CONFLICT,
    booking.TooLateToMove: HTTPStatus.CONFLICT,
    booking.TooLateToBring: HTTPStatus.CONFLICT,
    booking.PhotosFull: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.TooManyPhotos: HTTPStatus.TOO_MANY_REQUESTS,
    booking.TooLateToConfirm: HTTPStatus.CONFLICT,
    booking.UndoExpired: HTTPStatus.CONFLICT,
    booking.CaseCodeUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.CaseTriesOver: HTTPStatus.TOO_MANY_REQUESTS,
    booking.RatingClosed: HTTPStatus.CONFLICT,
    booking.DataErased: HTTPStatus.GONE,
    booking.CustomerBusy: HTTPStatus.CONFLICT,
    booking.TransitionRefused: HTTPStatus.CONFLICT,
    booking.StaleVersion: HTTPStatus.CONFLICT,
    booking.AgendaBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    booking.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.KeyInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.KeyScopesRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.NotACallback: HTTPStatus.CONFLICT,
    booking.ContactNeeded: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.PhoneNeeded: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.NobodyAtWork: HTTPStatus.CONFLICT,
    conflicts.AppointmentsAffected: HTTPStatus.CONFLICT,
    booking.AbsenceEmpty: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.AskingRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.RequestAnswered: HTTPStatus.CONFLICT,
    booking.RequestWithdrawn: HTTPStatus.CONFLICT,
    booking.RequestOver: HTTPStatus.CONFLICT,
    booking.OwnRequest: HTTPStatus.CONFLICT,
    booking.HoursRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.OfferRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    booking.CompetenceRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    stores.UnknownTerritory: HTTPStatus.UNPROCESSABLE_ENTITY,
    stores.PersonRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    stores.FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    stores.PictureRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    stores.AddressKnown: HTTPStatus.CONFLICT,
    stores.LastAdmin: HTTPStatus.CONFLICT,
    stores.FactorNeeded: HTTPStatus.FORBIDDEN,
    stores.RemovalRefused: HTTPStatus.CONFLICT,
    stores.InvitationOver: HTTPStatus.GONE,
    stores.AccountExists: HTTPStatus.CONFLICT,
    video.RoomNotOpen: HTTPStatus.FORBIDDEN,
    video.GoesOnByPhone: HTTPStatus.NOT_FOUND,
    video.NotAdmitted: HTTPStatus.FORBIDDEN,
    video.SdpOfferRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    video.SessionUnknown: HTTPStatus.NOT_FOUND,
    video.RoomFull: HTTPStatus.CONFLICT,
    video.NoNodeAvailable: HTTPStatus.SERVICE_UNAVAILABLE,
    video.NodesFull: HTTPStatus.SERVICE_UNAVAILABLE,
    video.WorkerFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    video.SeatTaken: HTTPStatus.CONFLICT,
    video.TooManyOffers: HTTPStatus.TOO_MANY_REQUESTS,
    video.NobodyWaiting: HTTPStatus.CONFLICT,
    video.NotInvited: HTTPStatus.CONFLICT,
    video.WorkerUnreachable: HTTPStatus.SERVICE_UNAVAILABLE,
}
# SQLSTATE: no way to it, no room in it, it is ended, ends or begins.
AWAY = ("08", "53300", "57P")
RETRY_AFTER = {
    HTTPStatus.TOO_MANY_REQUESTS: "60",
    HTTPStatus.SERVICE_UNAVAILABLE: "2",
}


def status_of(error: Exception) -> HTTPStatus | None:
    """The status of a named error; None for one that is nobody's refusal."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return None


def is_unstorable(error: Exception) -> bool:
    """True for a value that no column takes, and that no form has refused: too long a
    number, half a character. The net below the forms; what falls into it is logged."""
    if isinstance(error, DataError | UnicodeEncodeError):
        logger.error("a value reached the database unchecked: %s", type(error).__name__)
        return True
    return False


def is_busy(error: BaseException | None) -> bool:
    """A lock or a connection was waited for too long: asking again will do."""
    return isinstance(error, OperationalError) and isinstance(
        error.__cause__, LockNotAvailable | QueryCanceled | PoolTimeout
    )


def is_away(error: BaseException | None) -> bool:
    """The server cannot be reached, is silent, or ended the connection."""
    if isinstance(error, InterfaceError):
        return True
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    if not isinstance(cause, psycopg.OperationalError) or is_busy(error):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(AWAY)


def named(error: Exception) -> Exception:
    """The named error for one of the database that asking again will mend."""
    if is_busy(error):
        return booking.AgendaBusy()
    return DatabaseAway() if is_away(error) else error


class NamedErrorMiddleware:
    """Answers a named error that no view caught with a page that helps."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        lost = response.status_code == HTTPStatus.NOT_FOUND
        if settings.DEBUG and lost and request.resolver_match is None:
            # Development shows what production does, not Django's list of patterns.
            return not_found(request, Http404())
        if isinstance(response, HttpResponseNotAllowed):
            return not_allowed(request, response)
        return response

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        if isinstance(error, Http404):
            return not_found(request, error)
        if isinstance(error, PermissionDenied):
            return forbidden(request, error)
        error = named(error)
        if is_unstorable(error):
            return bad_request(request, error)
        status = status_of(error)
        if status is None:
            return None
        code, phone = getattr(error, "code", ""), getattr(error, "phone", "")
        return problem(request, status, code=str(code), phone=phone)


def problem(
    request: HttpRequest, status: int, *, code: str = "", phone: str = ""
) -> HttpResponse:
    """A page with one sentence and a way on: `phone` is one that helps, else the
    brand's."""
    context: dict[str, Any] = {"status": int(status), "code": code, "phone": phone}
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        place = Place(request)
        context |= {"brand": place.brand, "store": place.store}
    response = render(request, "problem.html", context, status=status)
    if status in RETRY_AFTER:
        response["Retry-After"] = RETRY_AFTER[HTTPStatus(status)]
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        text = "Something in this request cannot be read."
        return problem_document("bad_request", text, HTTPStatus.BAD_REQUEST)
    return problem(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_document("not_found", "Nothing is here.", HTTPStatus.NOT_FOUND)
    return problem(request, HTTPStatus.NOT_FOUND, code=Place(request).lost)


def not_allowed(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """Instead of Django's empty page; `Allow` says what the address takes."""
    status = HTTPStatus.METHOD_NOT_ALLOWED
    answer: HttpResponse = (
        problem_document("method_not_allowed", "Not by this method.", status)
        if request.path.startswith("/api/")
        else problem(request, status)
    )
    answer["Allow"] = refused["Allow"]
    return answer


def problem_document(code: str, detail: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail, "fields": {}}, status=status)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Named by `visavis.urls.handler429`, where allauth looks for it."""
    return problem(request, HTTPStatus.TOO_MANY_REQUESTS)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_away(sys.exc_info()[1]):  # outside of a view, as when a session is kept
        away = HTTPStatus.SERVICE_UNAVAILABLE
        return problem(request, away, code=DatabaseAway.code)
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A browser that sends no cookie at all keeps none: the page was not too old."""
    code = "csrf" if request.COOKIES else "cookie_missing"
    return problem(request, HTTPStatus.FORBIDDEN, code=code)


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every API error has one shape: {code, detail, fields}."""
    error = named(error)
    status = status_of(error)
    if status is not None:
        body: dict[str, Any] = {
            "code": getattr(error, "code", ""),
            "detail": str(error),
            "fields": {},
        }
        if phone := getattr(error, "phone", ""):
            body["phone"] = phone
        nearest = getattr(error, "nearest", ())
        if nearest:
            body["nearest"] = [start.as_json() for start in nearest]
        headers = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
        return Response(body, status=status, headers=headers)
    if isinstance(error, Http404):
        error = rest.NotFound()
    elif isinstance(error, PermissionDenied):
        error = rest.PermissionDenied()
    elif isinstance(error, BadRequest | SuspiciousOperation) or is_unstorable(error):
        error = rest.ParseError()
    if isinstance(error, rest.APIException):
        return _rest_response(error)
    return None


def _rest_response(error: rest.APIException) -> Response:
    fields = error.detail if isinstance(error, rest.ValidationError) else {}
    status = error.status_code
    if isinstance(error, rest.ValidationError):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "Some fields are not right." if fields else str(error.detail)
    body = {"code": error.default_code, "detail": detail, "fields": fields}
    headers = {}
    if challenge := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, rest.Throttled):
        headers["Retry-After"] = str(int(getattr(error, "wait", None) or 60))
    return Response(body, status=status, headers=headers)
