"""The sign-in of the brand's company: written, tried with one's own account, switched
on. Two admins keep their password for the day on which it is away."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from booking.desk.security import to_proof
from booking.door import for_desk, leads_brand, page_context, store_in_view
from stores.accounts.company import (
    admins_of,
    company_of,
    switch_company,
    write_company,
)
from stores.accounts.levels import proved_lately
from stores.accounts.workplace import Workplace
from stores.errors import CompanyRefused
from stores.models import CompanySignIn, User

INPUT = {"class": "input", "autocomplete": "off"}


class CompanyForm(forms.Form):
    issuer = forms.URLField(
        label=gettext_lazy("Address of the issuer"),
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(INPUT),
    )
    client_id = forms.CharField(
        label=gettext_lazy("Client id"), max_length=190, widget=forms.TextInput(INPUT)
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(INPUT | {"autocomplete": "off"}),
    )

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"].rstrip("/")
        if not settings.WEBHOOK_ALLOW_PRIVATE and not issuer.startswith("https://"):
            raise forms.ValidationError(_("It begins with https://."))
        return issuer


class SwitchForm(forms.Form):
    is_on = forms.BooleanField(
        label=gettext_lazy("People of the brand sign in by it"), required=False
    )
    replaces_password = forms.BooleanField(
        label=gettext_lazy("It replaces passwords and passkeys"), required=False
    )
    first_keeper = forms.TypedChoiceField(required=False)
    second_keeper = forms.TypedChoiceField(required=False)

    def __init__(self, *args: Any, admins: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.admins = {str(user.pk): user for user in admins}
        choices = [("", "—"), *((pk, user.name) for pk, user in self.admins.items())]
        labels = {
            "first_keeper": _("Keeps the password"),
            "second_keeper": _("Keeps the password, too"),
        }
        for name, label in labels.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=choices,
                coerce=self.admins.get,
                empty_value=None,
                required=False,
                widget=forms.Select({"class": "input"}),
            )


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
@for_desk
def company(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST writes issuer, client and secret, and switches it off until it is tried."""
    if not leads_brand(workplace):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, workplace)
    if not proved_lately(request, timezone.now()):
        return to_proof(reverse("booking:company"))
    form = CompanyForm(request.POST)
    try:
        if form.is_valid():
            facts = dict(form.cleaned_data)
            write_company(
                brand=workplace.brand, sealed=_sealed(facts.pop("secret")), **facts
            )
            messages.success(request, _("Written. Now try it with your own account."))
            return redirect("booking:company")
    except CompanyRefused:
        form.add_error("secret", _("Paste the secret of this client."))
    return _page(request, workplace, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@for_desk
def switch(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    if not leads_brand(workplace):
        raise PermissionDenied
    if not proved_lately(request, timezone.now()):
        return to_proof(reverse("booking:company"))
    form = SwitchForm(request.POST, admins=admins_of(workplace.brand))
    try:
        if form.is_valid():
            switch_company(brand=workplace.brand, **form.cleaned_data)
            messages.success(request, _("It is written."))
            return redirect("booking:company")
    except CompanyRefused as refused:
        form.add_error(None, _words_of(refused))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(request, workplace, switch_form=form, status=status)


def _words_of(refused: CompanyRefused) -> str:
    if refused.why == "two":
        return _("Name two administrators who keep their password.")
    return _("Try it with your own account first.")


def _sealed(secret: str) -> str | None:
    """By the floor that keeps secrets of accounts, through the setting that names it;
    None for an empty field, which leaves the old one."""
    seal: Callable[[str], str] = import_string(settings.SEALED_BY)
    return seal(secret) if secret else None


def _page(
    request: HttpRequest,
    workplace: Workplace,
    *,
    form: CompanyForm | None = None,
    switch_form: SwitchForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    brand = workplace.brand
    found = company_of(brand)
    site = str(settings.SITE_URL).rstrip("/")
    context: dict[str, Any] = {
        **page_context(
            request, workplace, store_in_view(request, workplace), "security"
        ),
        "company": found,
        "form": form or CompanyForm(initial=_initial(found)),
        "switch_form": switch_form
        or SwitchForm(initial=_switched(found), admins=admins_of(brand)),
        "sign_in_url": site + reverse("account_company", args=[brand.slug]),
    }
    if found is not None:
        back = reverse("openid_connect_callback", args=[found.key])
        context["callback_url"] = request.build_absolute_uri(back)
    return render(request, "booking/desk/company.html", context, status=status)


def _initial(company: CompanySignIn | None) -> dict[str, object]:
    if company is None:
        return {}
    return {"issuer": company.issuer, "client_id": company.client_id}


def _switched(company: CompanySignIn | None) -> dict[str, object]:
    if company is None:
        return {}
    return {
        "is_on": company.is_on,
        "replaces_password": company.replaces_password,
        "first_keeper": str(company.first_keeper_id or ""),
        "second_keeper": str(company.second_keeper_id or ""),
    }
