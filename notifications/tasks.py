"""The tick. It makes delivery prompter; `manage.py deliver --loop` makes it certain."""

from celery import shared_task

from notifications.outbox.dispatch import sweep


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def deliver_due() -> int:
    """Send what is due now; how many were sent."""
    return sweep().sent
