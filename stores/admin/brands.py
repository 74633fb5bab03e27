"""The operator's page of brands: a further one is made here, with its first admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stores.admin_site import AnyAdmin, ModelForm
from stores.editing.brands import NewAdmin, NewBrand, create_brand, has_account
from stores.errors import BrandRefused
from stores.models import Brand, Membership
from stores.models.brand import RESERVED_BRAND_SLUGS


class NewBrandForm(ModelForm):
    """Six fields: all else is asked by the brand's own pages, once its admin is in."""

    made: Membership

    language = forms.ChoiceField(
        label=gettext_lazy("Main language"), choices=settings.LANGUAGES
    )
    admin_email = forms.EmailField(label=gettext_lazy("E-mail of the first admin"))
    admin_name = forms.CharField(
        label=gettext_lazy("Name of the first admin"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Not needed for an account that exists."),
    )

    class Meta:
        model = Brand
        fields = ("name", "slug", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _(
            "Of its pages' addresses; empty: by the name."
        )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug in RESERVED_BRAND_SLUGS:
            raise forms.ValidationError(_("That address is taken."))
        return slug

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        email = cleaned.get("admin_email")
        if email and not cleaned.get("admin_name") and not has_account(email):
            self.add_error("admin_name", _("There is no account of this address yet."))
        return cleaned

    def _post_clean(self) -> None:
        """Writes within the transaction of the page, after all else was looked at, so
        that a refusal stands at its field."""
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if not self.errors:
            self._write(self.cleaned_data)

    def _write(self, cleaned: dict[str, Any]) -> None:
        others = [c for c, _name in settings.LANGUAGES if c != cleaned["language"]]
        brand = NewBrand(
            name=cleaned["name"],
            slug=cleaned["slug"],
            languages=[cleaned["language"], *others],
            time_zone=cleaned["time_zone"],
        )
        person = NewAdmin(
            email=cleaned["admin_email"],
            name=cleaned["admin_name"],
            language=cleaned["language"],
        )
        try:
            self.made = create_brand(brand=brand, admin=person)
        except BrandRefused as refused:
            self.add_error(refused.field, _(str(refused)))


class BrandAdmin(AnyAdmin):
    """Makes brands and closes them. What their own pages write is shown."""

    list_display = ("name", "slug", "time_zone", "active")
    search_fields = ("name", "slug")
    actions = None
    written_here = ("time_zone", "sender_email", "active")

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        if obj is None:
            return NewBrandForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        if obj is None:
            return list(NewBrandForm.base_fields)
        return super().get_fields(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> Any:
        if obj is None:
            return ()
        named = [field.name for field in Brand._meta.fields if field.name != "id"]
        return [name for name in named if name not in self.written_here]

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        """Customers hold links to its visits: a brand is closed, not deleted."""
        return False

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: Any, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made: Membership = form.made
        obj.__dict__.update(made.brand.__dict__)
        if not made.user.has_usable_password():
            self._ask_for_a_password(request, made.user.email)

    def _ask_for_a_password(self, request: HttpRequest, email: str) -> None:
        """By the floor that writes mails about accounts."""
        ask: Callable[..., None] = import_string(settings.MAILS_RESET)
        transaction.on_commit(partial(ask, email=email), robust=True)
        words = _("A link to a first password goes to %(email)s.")
        messages.info(request, words % {"email": email})
