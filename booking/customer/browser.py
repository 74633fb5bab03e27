"""The stories that one browser opens, noted after what a customer did in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from booking.persons.joining import join_by_browser
from booking.visitors import links_after

View = Callable[..., HttpResponse]


def notes_browser(view: View) -> View:
    """For a view of customers that names its `brand`. After a POST that was done, the
    stories whose links this browser opens are one person's.

    Not when a link is opened: that is a GET, which a mail scanner makes, too. Not from
    a browser in which somebody of the staff is signed in: they open links of many.
    Nothing of it is told to the browser.
    """

    @wraps(view)
    def noted(request: HttpRequest, brand: str, **named: Any) -> HttpResponse:
        response = view(request, brand, **named)
        done = response.status_code < HTTPStatus.BAD_REQUEST
        if request.method == "POST" and done and not request.user.is_authenticated:
            links = links_after(request, response)
            if len(links) > 1:
                join_by_browser(brand=brand, links=links, now=timezone.now())
        return response

    return noted
