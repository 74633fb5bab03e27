from importlib import import_module

from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        # It tells `stores.erasing` what comes after an erasure, in every process.
        import_module("booking.persons.settling")
