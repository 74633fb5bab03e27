"""The tables of messages, one file per noun."""

from notifications.models.delivery import Delivery, PlanningFault, StaffKind, TeamKind
from notifications.models.facts import DeliveryFacts
from notifications.models.message_text import MessageText
from notifications.models.returns import ProviderEvent, Refusal
from notifications.models.texts import TextCount, TextRule, french_regions
from notifications.models.webhook import WebhookAttempt, WebhookEndpoint

__all__ = [
    "Delivery",
    "DeliveryFacts",
    "MessageText",
    "PlanningFault",
    "ProviderEvent",
    "Refusal",
    "StaffKind",
    "TeamKind",
    "TextCount",
    "TextRule",
    "WebhookAttempt",
    "WebhookEndpoint",
    "french_regions",
]
