from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        # Models can be imported only from here on.
        from notifications.webhooks.endpoints import receivers_of  # noqa: PLC0415
        from stores.legal.facts import also_given_to  # noqa: PLC0415

        also_given_to(receivers_of)
