"""Every address of an account that we serve; allauth gives two of the views. It looks
for `mfa_authenticate` by that name."""

from allauth.account.views import logout
from django.urls import path, re_path

from visavis.accounts import invitations, sessions, views
from visavis.accounts.company import views as company
from visavis.accounts.factors import proof, sign_in
from visavis.accounts.factors import views as factors

urlpatterns = [
    path("accounts/", views.account, name="account"),
    path("accounts/login/", company.SignIn.as_view(), name="account_login"),
    path("accounts/logout/", logout, name="account_logout"),
    path(
        "accounts/password/change/",
        views.change_password,
        name="account_change_password",
    ),
    path("accounts/password/reset/", views.ask_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        views.reset_asked,
        name="account_reset_password_done",
    ),
    path("r/password/<str:reset_key>/", views.open_reset, name="account_open_reset"),
    path(
        "accounts/password/reset/key/",
        views.reset_password,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        views.reset_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/email/", views.change_address, name="account_email"),
    path(
        "accounts/email/again/",
        views.send_confirmation,
        name="account_send_confirmation",
    ),
    path(
        "r/address/<str:address_token>/",
        views.open_address,
        name="account_open_address",
    ),
    path(
        "accounts/email/confirm/",
        views.confirm_address,
        name="account_confirm_email",
    ),
    path(
        "r/invitation/<str:invitation_token>/",
        invitations.open_invitation,
        name="account_open_invitation",
    ),
    path("accounts/invitation/", invitations.come_in, name="account_invitation"),
    path("accounts/login/second/", sign_in.second_step, name="mfa_authenticate"),
    path("accounts/passkey/", sign_in.passkey_sign_in, name="account_passkey"),
    path(
        "accounts/passkey/options/",
        sign_in.passkey_options,
        name="account_passkey_options",
    ),
    path("accounts/prove/", proof.prove, name="account_prove"),
    path("accounts/factors/", factors.factors, name="account_factors"),
    path("accounts/factors/needed/", factors.needed, name="account_factor_needed"),
    path("accounts/factors/app/", factors.add_app, name="account_add_app"),
    path("accounts/factors/passkey/", factors.add_passkey, name="account_add_passkey"),
    path(
        "accounts/factors/passkey/options/",
        factors.new_passkey_options,
        name="account_new_passkey_options",
    ),
    path(
        "accounts/factors/<int:factor_id>/remove/",
        factors.remove_factor,
        name="account_remove_factor",
    ),
    path("accounts/factors/codes/", factors.codes, name="account_codes"),
    path("accounts/sessions/", sessions.sessions, name="account_sessions"),
    path("accounts/sessions/end/", sessions.end, name="account_end_session"),
    path("accounts/company/leave/", company.leave, name="account_leave_company"),
    path(
        "accounts/company/<str:provider_id>/callback/",
        company.callback,
        name="openid_connect_callback",
    ),
    path(
        "accounts/company/<slug:brand_slug>/", company.sign_in, name="account_company"
    ),
    path(
        "accounts/company/<slug:brand_slug>/join/",
        company.join,
        name="account_join_company",
    ),
    # Else a shop's addresses would take it: "accounts" is no brand.
    re_path("^accounts/", views.nothing),
]
