"""The stylesheet of the agenda's rows.

Our policy refuses style attributes, so a block says its place by classes (`s-37 l-6`:
from the 37th row, six rows) and this sheet, the same for everybody, says what they
mean."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from booking.desk.grid import MOST_ROWS, ROWS_PER_HOUR

MOST_COLUMNS = 40


@cache
def _rules() -> str:
    rules = [f".s-{n}{{--s:{n}}}.l-{n}{{--l:{n}}}" for n in range(1, MOST_ROWS + 1)]
    rules += [
        f".rows-{n}{{grid-template-rows:repeat({n},6.2px)}}"
        for n in range(ROWS_PER_HOUR, MOST_ROWS + 1, ROWS_PER_HOUR)
    ]
    rules += [
        f".bits-{n}{{--bits:{n};--hours:{n // ROWS_PER_HOUR}}}"
        for n in range(ROWS_PER_HOUR, MOST_ROWS + 1, ROWS_PER_HOUR)
    ]
    rules += [f".cols-{n}{{--cols:{n}}}" for n in range(1, MOST_COLUMNS + 1)]
    return "\n".join(rules)


@require_GET
@cache_control(public=True, max_age=86400)
def grid_stylesheet(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_rules(), content_type="text/css; charset=utf-8")
