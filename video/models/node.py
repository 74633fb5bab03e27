"""The machines that carry rooms."""

from __future__ import annotations

from django.db import models

from stores.retention import Retention


class MediaNode(models.Model):
    """One media worker process. It belongs to the operator and has no brand."""

    name = models.CharField(max_length=80, unique=True)
    boot_id = models.UUIDField(help_text="New at each start of the worker.")
    control_url = models.CharField(max_length=200)
    announce_ip = models.GenericIPAddressField()
    udp_port = models.PositiveIntegerField()
    rooms = models.PositiveIntegerField(default=0)
    cpu_load = models.FloatField(default=0)
    packets_per_second = models.FloatField(default=0)
    loop_lag_ms = models.FloatField(default=0)
    draining = models.BooleanField(default=False)
    release = models.CharField(max_length=40, default="", blank=True)
    heartbeat_at = models.DateTimeField(help_text="By the database's clock.")
    capacity = models.PositiveIntegerField(
        default=60, db_default=60, help_text="Rooms that it takes at most."
    )
    suspected_at = models.DateTimeField(
        null=True, blank=True, help_text="When a call to it last found nobody."
    )

    retention = Retention(keeps=("name", "control_url", "announce_ip", "release"))

    def __str__(self) -> str:
        return self.name
