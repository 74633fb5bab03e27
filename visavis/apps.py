from django.apps import AppConfig


class VisavisConfig(AppConfig):
    name = "visavis"
