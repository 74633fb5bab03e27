"""No more reminders by e-mail: for a mail program's own button, and for people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from booking.links import link_for_token
from notifications.returns.refusals import unsubscribe_from_reminders


# RFC 8058: a mail program sends the POST, without a cookie. The token is the right.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST does; 404 for a token that opens nothing."""
    link = link_for_token(token)
    if link is None:
        raise Http404
    if request.method == "POST":
        unsubscribe_from_reminders(appointment=link.appointment, now=timezone.now())
    context = {"brand": link.brand, "is_done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
