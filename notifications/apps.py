from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    receivers_of = "notifications.webhooks.endpoints.receivers_of"
    """Named, not imported: asked by `stores.legal.facts` when a page is read."""
