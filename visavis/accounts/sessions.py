"""The list of one's own sessions, and their end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from stores.accounts.sessions import end_session, end_sessions, open_sessions
from stores.typed import signed_in
from visavis.accounts.views import user_of


@require_safe
@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    found = open_sessions(
        user=user_of(request),
        this_key=request.session.session_key,
        now=timezone.now(),
    )
    context = {
        "sessions": found,
        "back_url": reverse("account"),
        "back_label": _("My account"),
    }
    return render(request, "account/sessions.html", context)


@require_POST
@signed_in
def end(request: HttpRequest) -> HttpResponse:
    """One by its mark, or all but this one."""
    user = user_of(request)
    if "others" in request.POST:
        count = end_sessions(user=user, but=request.session.session_key)
        words = ngettext(
            "%(count)d session is ended.", "%(count)d sessions are ended.", count
        )
        messages.success(request, words % {"count": count})
    elif end_session(user=user, mark=request.POST.get("mark", "")):
        messages.success(request, _("The session is ended."))
    return redirect("account_sessions")
