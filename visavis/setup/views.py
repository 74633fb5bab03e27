"""The set-up page of an empty installation: code, brand and address first, then name
and password. What was answered waits, signed, in a cookie of these two pages."""

from __future__ import annotations

import contextlib
import ipaddress
from http import HTTPStatus

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError

from stores.accounts.levels import open_session
from stores.editing.brands import NewAdmin, NewBrand, open_installation
from stores.editing.setup_codes import LASTS, try_code
from stores.errors import BrandRefused, SetupCodeOver
from stores.models import Level, Membership, User
from visavis.accounts.services import ask_confirmation
from visavis.setup.door import is_set_up, known
from visavis.setup.forms import OpeningForm, PasswordForm, focus_first_error

COOKIE = "setup"
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest) -> HttpResponse:
    """Asks for the code; a wrong one is counted, whatever else is wrong."""
    _for_empty_installation()
    form = OpeningForm(request.POST or None)
    if request.method != "POST":
        is_late = "late" in request.GET
        return _page(request, form, is_late=is_late)
    form.is_valid()
    proof = _tried(form)
    if not proof or form.errors:
        return _page(request, form, status=REFUSED)
    response = redirect("setup_password")
    facts = [proof, form.cleaned_data["brand"], form.cleaned_data["email"]]
    response.set_cookie(
        COOKIE,
        signing.dumps(facts, salt=COOKIE),
        max_age=int(LASTS.total_seconds()),
        path=reverse("setup"),
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )
    return response


def _tried(form: OpeningForm) -> str:
    """The proof of a code that fits; else empty, and the field says why."""
    text = form.cleaned_data.get("code", "")
    if not text:
        return ""
    answer = try_code(text=text, now=timezone.now())
    if answer.proof:
        form.refuse_known_address()
    elif answer.tries_left:
        left = ngettext(
            "This code does not match. %(count)d try is left.",
            "This code does not match. %(count)d tries are left.",
            answer.tries_left,
        )
        form.add_error("code", left % {"count": answer.tries_left})
    else:
        words = _("This code is good no longer. Have the server print a new one.")
        form.add_error("code", words)
    return answer.proof


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Name and password; then brand and admin are made, and the admin is signed in."""
    _for_empty_installation()
    facts = _carried(request)
    if facts is None:
        return _back_to_the_code()
    proof, brand, email = facts
    form = PasswordForm(request.POST or None, email=email)
    context = {"form": form, "new_brand": brand, "email": email}
    if not (request.method == "POST" and form.is_valid()):
        status = REFUSED if form.errors else HTTPStatus.OK
        focus_first_error(form)
        return render(request, "setup/password.html", context, status=status)
    try:
        membership = _opened(proof, brand, email, form)
    except (SetupCodeOver, BrandRefused):
        return _back_to_the_code()
    known.see_brand()
    _welcome(request, membership.user)
    response = redirect("booking:setup")
    response.delete_cookie(COOKIE, path=reverse("setup"))
    return response


def _welcome(request: HttpRequest, user: User) -> None:
    """Signs the admin in. They go on while their address is not confirmed, also
    without a broker: their account asks again.
    """
    if settings.MAIL_IS_SET:
        with contextlib.suppress(OperationalError):
            ask_confirmation(user=user)
    open_session(request, user, level=Level.FULL)


def _opened(proof: str, brand: str, email: str, form: PasswordForm) -> Membership:
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    others = [code for code, _name in settings.LANGUAGES if code != language]
    data = form.cleaned_data
    return open_installation(
        proof=proof,
        brand=NewBrand(name=brand, languages=[language, *others]),
        admin=NewAdmin(
            email=email,
            name=data["name"],
            password=data["password"],
            language=language,
        ),
        now=timezone.now(),
    )


def _for_empty_installation() -> None:
    """Once there is a brand, this page was never there."""
    if is_set_up():
        raise Http404


def _carried(request: HttpRequest) -> list[str] | None:
    try:
        facts: list[str] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=LASTS
        )
    except signing.BadSignature:
        return None
    return facts


def _back_to_the_code() -> HttpResponse:
    if is_set_up():
        raise Http404
    response = redirect(f"{reverse('setup')}?late")
    response.delete_cookie(COOKIE, path=reverse("setup"))
    return response


def _page(
    request: HttpRequest,
    form: OpeningForm,
    *,
    is_late: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    focus_first_error(form)
    context = {
        "form": form,
        "is_late": is_late,
        "is_read_on_the_way": not (request.is_secure() or _is_here(request)),
        "sends_mail": settings.MAIL_IS_SET,
        "minutes": int(LASTS.total_seconds() // 60),
    }
    return render(request, "setup/opening.html", context, status=status)


def _is_here(request: HttpRequest) -> bool:
    """True for a name of this machine itself: no line lies between."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
