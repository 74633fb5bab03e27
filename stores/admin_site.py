"""The stock admin at /admin/: a tool for operators, not a desk for brands."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from stores.typed import to_sign_in

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[models.Model]
    ModelForm = forms.ModelForm[models.Model]
else:
    # Neither is generic at run time.
    ModelAdmin, ModelForm = admin.ModelAdmin, forms.ModelForm


class WholeForm(ModelForm):
    """Refuses with words what the tables, or the pages that read them, would refuse
    with a fault: a row of another brand, a document of another shape."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        brand = cleaned.get("brand") or getattr(self.instance, "brand", None)
        for name, value in list(cleaned.items()):
            if isinstance(value, models.Model):
                if brand and getattr(value, "brand", brand) != brand:
                    self.add_error(name, _("This belongs to another brand."))
            elif _is_document(self.fields[name]) and not _are_texts(value):
                self.add_error(name, _('A list of texts is needed: ["…", "…"]'))
        return cleaned


def _is_document(field: forms.Field) -> bool:
    return isinstance(field, forms.JSONField)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


class AnyAdmin(ModelAdmin):
    form = WholeForm


class OperatorSite(admin.AdminSite):
    """Superusers only, through the one sign-in that is throttled."""

    site_header = site_title = "Visavis"
    index_title = _("Operators")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and request.user.is_superuser

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Gives back after the sign-in what was typed when the session had ended."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and not request.user.is_authenticated:
                return to_sign_in(request)
            answer: HttpResponse = inner(request, *args, **kwargs)
            return answer

        return door

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """No form of its own: Django's would let passwords be guessed without limit."""
        if request.user.is_authenticated:
            raise PermissionDenied
        index = reverse("admin:index", current_app=self.name)
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, index))


class ReadOnlyAdmin(AnyAdmin):
    """For rows that have a writer. What shapes time is written under the agenda's lock
    (`booking.rota`): changed here it would let cached free time outlive the truth. What
    a page of the desk writes is checked there, and asks about the visits it touches.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False


class DeskAdmin(ReadOnlyAdmin):
    """Rows that a page of the desk writes, with the way there. Only the columns that it
    has no field for are written here (`written`); nothing is added or deleted."""

    written: tuple[str, ...] = ()
    page = ""
    """The name of the page's address; the row's id is its only argument."""

    @admin.display(description=_("At the desk"))
    def at_the_desk(self, row: models.Model) -> str:
        url = reverse(self.page, args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, row)

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return bool(self.written) and AnyAdmin.has_change_permission(self, request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[str]:
        columns = [field.name for field in self.opts.local_fields]
        return ["at_the_desk", *(c for c in columns if c not in self.written)]
