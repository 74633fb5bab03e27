"""The second step of a sign-in, and the sign-in by a passkey alone."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from booking.visitors import network_of
from stores.counts import count_up
from stores.models import User
from visavis.accounts.addresses import next_of
from visavis.accounts.factors.forms import CodeForm
from visavis.accounts.factors.proof import (
    factor_context,
    is_genuine,
    passkey_of,
)
from visavis.errors import too_many_requests

MOST_OF_NETWORK, MINUTE = 30, 60


class SecondStep(AuthenticateStage):  # type: ignore[misc]  # untyped base
    """allauth's stage, whose page is the answer to the password itself: so what was
    typed before the session ended goes on in it (see `stores.typed`)."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        strong = getattr(self.request, "company_is_strong", False)
        if strong or not self._should_handle(self.request):
            return None, True
        self.state["authentication_required"] = True
        return _page(self.request, self.login.user, CodeForm(self.login.user)), True


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """A code, or a passkey of the one whose password was right."""
    if request.user.is_authenticated:
        return redirect("account")
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    user = stage.login.user if stage else None
    if stage is None or user is None or not user.is_active:
        return redirect("account_login")
    sent = request.POST
    if "leave" in sent:
        # Else the sign-in page leads here again, until the session is over.
        return stage.abort()  # type: ignore[no-any-return]
    is_code = request.method == "POST" and "credential" not in sent
    form = CodeForm(user, sent if is_code else None)
    if "credential" in sent:
        shown = passkey_of(request, user) is not None
    elif shown := form.is_valid():
        post_authentication(request, form.authenticator)
    if not shown:
        return _page(request, user, form)
    response: HttpResponse = stage.exit()
    return response


def _page(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    context = factor_context(request, user) | {
        "form": form,
        "typed": request.POST.get("typed", ""),
    }
    refused = form.is_bound or context["passkey_refused"]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    response = render(request, "account/second_step.html", context, status=status)
    add_never_cache_headers(response)
    return response


@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """The challenge that a passkey signs: for who is signed in, for who has given their
    password, else for anybody who has one of this site's."""
    counted = count_up(f"passkey:{network_of(request)}", seconds=MINUTE)
    if counted > MOST_OF_NETWORK:
        return too_many_requests(request)
    user = request.user if isinstance(request.user, User) else None
    if user is None:
        login = unstash_login(request, peek=True)
        user = login.user if login else None
    return JsonResponse(begin_authentication(user))


@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Both factors in one: the device, and what unlocks it."""
    if request.user.is_authenticated:
        return redirect("account")
    form = LoginWebAuthnForm(data=request.POST)
    row = form.cleaned_data["credential"] if is_genuine(form) else None
    if row is None or not row.user.is_active:
        words = _("This passkey opens no account here. Sign in by your password.")
        messages.error(request, words)
        return redirect("account_login")
    login = Login(user=row.user, redirect_url=next_of(request) or None)
    response: HttpResponse = perform_passwordless_login(request, row, login)
    return response
