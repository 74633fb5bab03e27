"""The Celery application: ticks and nudges. Truth is in PostgreSQL, never in here."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.settings")

app = Celery("visavis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
