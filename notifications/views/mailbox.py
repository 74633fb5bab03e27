"""The development mailbox: mails and text messages as they were sent."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import mailbox

SANDBOX = "allow-popups allow-top-navigation-by-user-activation"
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    f"frame-ancestors 'self'; sandbox {SANDBOX}"
)
"""A mail styles itself inline and may do nothing else; its links open on top."""


@require_safe
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    """Lists what the development SMTP server received, newest first; 404 in
    production."""
    found = mailbox.mails_in(_folder())
    return render(request, "notifications/mailbox.html", {"mails": found})


@require_safe
@never_cache
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # a view has arguments
def mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    context = {"mail": _mail(mail_id), "sandbox": SANDBOX}
    return render(request, "notifications/mail.html", context)


@require_safe
@never_cache
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The HTML part by itself, for the sandboxed frame of `mail`."""
    html = _mail(mail_id).html.replace("<head>", '<head><base target="_top">', 1)
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(html, headers=headers)


@require_safe
@never_cache
def mail_attachment(request: HttpRequest, mail_id: str, number: int) -> FileResponse:
    """`number` counts from 0. Always a download, whatever type it claims to be."""
    attachments = _mail(mail_id).attachments
    if number >= len(attachments):
        raise Http404
    found = attachments[number]
    return FileResponse(
        BytesIO(found.content),
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type,
    )


def _folder() -> Path:
    if not settings.MAILBOX_DIR:
        raise Http404
    return Path(settings.MAILBOX_DIR)


def _mail(mail_id: str) -> mailbox.Mail:
    found = mailbox.mail_in(_folder(), mail_id)
    if found is None:
        raise Http404
    return found
