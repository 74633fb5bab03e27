from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import autodiscover_modules

# Every Django process must know the application before it enqueues a task. It is
# imported here and not in `visavis/__init__`: the launcher needs neither.
from visavis.celery import app as celery_app
from visavis.checks import ALWAYS, IN_PRODUCTION

__all__ = ["VisavisConfig", "celery_app"]


class VisavisConfig(AppConfig):
    name = "visavis"

    def ready(self) -> None:
        for check in ALWAYS:
            checks.register(check)
        for check in IN_PRODUCTION:
            checks.register(check, deploy=True)
        # As the admin finds its modules; models must be ready before these.
        autodiscover_modules("schema", "checks")
