"""The sign-in of the brand's people: second factor, sessions, other ways in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from booking.desk.queries import api_keys_of
from booking.door import for_desk, leads_brand, page_context, store_in_view
from booking.once import once_only
from stores.accounts.company import company_of
from stores.accounts.levels import proved_lately
from stores.accounts.rules import set_rules, standing_of
from stores.accounts.sessions import end_session_of_brand, sessions_of_brand
from stores.accounts.workplace import Workplace
from stores.models import WhoNeedsFactor

WHO = (
    (WhoNeedsFactor.NOBODY, gettext_lazy("Nobody: the password alone is enough")),
    (WhoNeedsFactor.ADMINS, gettext_lazy("Administrators")),
    (WhoNeedsFactor.MANAGERS, gettext_lazy("Administrators and managers")),
    (WhoNeedsFactor.ALL, gettext_lazy("Everybody")),
)


class RulesForm(forms.Form):
    second_factor = forms.ChoiceField(
        label=gettext_lazy("Second factor"),
        choices=WHO,
        widget=forms.Select({"class": "input"}),
    )
    second_factor_from = forms.DateField(
        label=gettext_lazy("Until then it may wait"),
        required=False,
        widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )
    session_hours = forms.IntegerField(
        label=gettext_lazy("A session ends after (hours)"),
        min_value=1,
        max_value=24,
        widget=forms.NumberInput({"class": "input"}),
    )
    session_idle_minutes = forms.IntegerField(
        label=gettext_lazy("Unused, after (minutes)"),
        min_value=5,
        max_value=1440,
        widget=forms.NumberInput({"class": "input"}),
    )


@require_http_methods(["GET", "POST"])
@for_desk
@once_only
def security(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST writes the rules, by an admin who has lately shown who they are."""
    if not leads_brand(workplace):
        raise PermissionDenied
    if request.method == "POST":
        form = RulesForm(request.POST)
        if not proved_lately(request, timezone.now()):
            return to_proof(reverse("booking:security"))
        if form.is_valid():
            set_rules(brand=workplace.brand, **form.cleaned_data)
            messages.success(request, _("It is written."))
            return redirect("booking:security")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, workplace, form, status=status)
    names = RulesForm.base_fields
    form = RulesForm(initial={name: getattr(workplace.brand, name) for name in names})
    return _page(request, workplace, form)


def _page(
    request: HttpRequest, workplace: Workplace, form: RulesForm, *, status: int = 200
) -> HttpResponse:
    brand, now = workplace.brand, timezone.now()
    store = store_in_view(request, workplace)
    found, count = sessions_of_brand(brand=brand, now=now)
    context: dict[str, Any] = {
        **page_context(request, workplace, store, "security"),
        "form": form,
        "standing": standing_of(brand),
        "sessions": found,
        "session_count": count,
        "this_key": request.session.session_key,
        "company": company_of(brand),
        "keys": [key for key in api_keys_of(brand) if not key.revoked_at],
    }
    return render(request, "booking/desk/security.html", context, status=status)


@require_POST
@for_desk
def end_session(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    if not leads_brand(workplace):
        raise PermissionDenied
    mark = request.POST.get("mark", "")
    end_session_of_brand(brand=workplace.brand, mark=mark, now=timezone.now())
    messages.success(request, _("The session has ended."))
    return redirect("booking:security")


def to_proof(where: str) -> HttpResponse:
    """Asks the admin who they are, then leads back."""
    return redirect(f"{reverse('account_prove')}?{urlencode({'next': where})}")
