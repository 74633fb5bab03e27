"""The tick. It makes delivery prompter; `manage.py deliver --loop` makes it certain."""

from celery import shared_task
from django.utils import timezone

from notifications.dispatch import sweep
from notifications.services.webhooks import forget_old_attempts


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def deliver_due() -> int:
    """Send what is due now; how many were sent."""
    return sweep().sent


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def forget_old_webhook_attempts() -> int:
    """Housekeeping that may run late; how many lines of the log went."""
    return forget_old_attempts(now=timezone.now())
