"""Every address of an account that we serve; allauth gives two of the views."""

from allauth.account.views import login, logout
from django.urls import path, re_path

from visavis.accounts import invitations, views

urlpatterns = [
    path("accounts/", views.account, name="account"),
    path("accounts/login/", login, name="account_login"),
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
    # Else a shop's addresses would take it: "accounts" is no brand.
    re_path("^accounts/", views.nothing),
]
