"""Addresses of the first start; 404 once there is a brand."""

from django.urls import path

from visavis.setup import views

urlpatterns = [
    path("setup/", views.opening, name="setup"),
    path("setup/password/", views.password, name="setup_password"),
]
