from django.apps import AppConfig

# Every Django process must know the application before it enqueues a task. It is
# imported here and not in `visavis/__init__`: the launcher needs neither.
from visavis.celery import app as celery_app

__all__ = ["VisavisConfig", "celery_app"]


class VisavisConfig(AppConfig):
    name = "visavis"
