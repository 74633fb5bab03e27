"""Floor 1 in the stock admin: shown, and written only where no page of the desk can."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stores.admin.brands import BrandAdmin
from stores.admin_site import AnyAdmin, DeskAdmin, ReadOnlyAdmin, WholeForm
from stores.editing.roles import is_last_admin, leads_alone
from stores.models import (
    Absence,
    AbsenceRequest,
    Agenda,
    Brand,
    Closure,
    CompanySignIn,
    Competence,
    DayOverride,
    FactorRemoval,
    Invitation,
    LegalText,
    Membership,
    Offer,
    Posting,
    Region,
    Resource,
    Role,
    StaffMember,
    Store,
    StoreEdit,
    Tombstone,
    Topic,
    TopicQuestion,
    User,
    WorkingHours,
)

SHOWN = (
    *(Absence, AbsenceRequest, Agenda, Closure, DayOverride, Invitation, Posting),
    *(Competence, LegalText, Offer, StoreEdit, Tombstone, TopicQuestion),
)

admin.site.register([*SHOWN, WorkingHours], ReadOnlyAdmin)


class PeopleForm(UserChangeForm):  # type: ignore[type-arg]  # not at run time
    def clean_is_active(self) -> bool:
        active = bool(self.cleaned_data["is_active"])
        if not active and leads_alone(self.instance.pk):
            raise ValidationError(_("Nobody else administers this brand."))
        if self.initial.get("is_active") and not active and is_met(self.instance):
            raise ValidationError(
                _(
                    "Customers meet this person. Write their last day at the desk, on "
                    "the page of the person: the account ends with it."
                )
            )
        return active


def is_met(user: User) -> bool:
    """True for the account of somebody who is booked, or may be: ending it alone would
    leave their visits with nobody."""
    return user.staff_members.filter(active=True).exists()


@admin.register(User)
class PeopleAdmin(UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    form = PeopleForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "name")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "password1", "password2")}),
    )  # fmt: skip

    def has_delete_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and is_met(obj))


admin.site.register(Brand, BrandAdmin)


@admin.register(Store)
class StoreAdmin(DeskAdmin):
    page = "booking:place"
    list_display = ("name", "brand", "kind", "city", "time_zone", "active")
    list_filter = ("brand", "kind", "active")
    search_fields = ("name", "city", "postcode")
    list_select_related = ("brand",)


@admin.register(StaffMember)
class StaffMemberAdmin(DeskAdmin):
    """Nobody leaves here: the last day is written at the desk, with what becomes of
    each visit, and the account is an invitation's."""

    page = "booking:person"
    written = ("external_id", "portrait", "erase_after")
    list_display = ("first_name", "last_name", "brand", "active")
    list_filter = ("brand", "active")
    search_fields = ("first_name", "last_name")
    list_select_related = ("brand",)


@admin.register(Topic)
class TopicAdmin(DeskAdmin):
    page = "booking:brand_topic"
    written = ("slug", "camera_needed")


@admin.register(Resource)
class ResourceAdmin(DeskAdmin):
    page = "booking:room"
    list_display = ("name", "store", "kind", "active")
    list_select_related = ("store",)


class MembershipForm(WholeForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        before = [self.initial.get(name) for name in ("user", "brand")]
        after = [getattr(cleaned.get(name), "pk", None) for name in ("user", "brand")]
        stays = before == after and cleaned.get("role") == Role.ADMIN
        if not stays and is_last_admin(self.instance.pk):
            self.add_error("role", _("Nobody else administers this brand."))
        if self.instance.pk and before[1] != after[1]:  # its messages stay in it
            self.add_error("brand", _("This belongs to another brand."))
        return cleaned


@admin.register(Membership)
class MembershipAdmin(AnyAdmin):
    """One by one: the last admin of a brand stays."""

    form = MembershipForm
    actions = None
    list_display = ("user", "brand", "region", "store", "role")
    list_filter = ("brand", "role")
    list_select_related = ("user", "brand", "region", "store")
    autocomplete_fields = ("user", "store")

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and is_last_admin(obj.pk))


admin.site.register(Region, AnyAdmin)


class SealedAdmin(ReadOnlyAdmin):
    """Shows who did what; the desk and `manage.py take_factor` are its writers."""

    exclude = ("sealed",)


admin.site.register([CompanySignIn, FactorRemoval], SealedAdmin)
# Factors and identities of people are theirs: allauth would let them be typed.
for theirs in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(theirs):
        admin.site.unregister(theirs)
