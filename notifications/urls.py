from django.urls import path

from notifications.texts import pages as texts
from notifications.views import contact, lost, mailbox, messages, unsubscribe
from notifications.webhooks import pages

_webhook = "desk/webhooks/<uuid:endpoint_id>/"

_text = "desk/messages/<slug:kind>/<slug:way>/<slug:lang>/"

app_name = "notifications"
urlpatterns = [
    path("dev/mailbox/", mailbox.mails, name="mails"),
    path("dev/mailbox/<slug:mail_id>/", mailbox.mail, name="mail"),
    path("dev/mailbox/<slug:mail_id>/html", mailbox.mail_html, name="mail_html"),
    path(
        "dev/mailbox/<slug:mail_id>/attachments/<int:number>",
        mailbox.mail_attachment,
        name="mail_attachment",
    ),
    path("desk/messages/", texts.all_messages, name="texts"),
    path("desk/messages/sender/", texts.sender, name="text_sender"),
    path(_text, texts.message, name="text"),
    path(f"{_text}preview/", texts.preview, name="text_preview"),
    path(f"{_text}trial/", texts.trial, name="text_trial"),
    path(f"{_text}ours/", texts.restore, name="text_restore"),
    path("desk/webhooks/", pages.webhooks, name="webhooks"),
    path("desk/webhooks/notice/", pages.notice, name="webhook_notice"),
    path(_webhook, pages.webhook, name="webhook"),
    path(f"{_webhook}secret/", pages.rotate, name="webhook_rotate"),
    path(f"{_webhook}test/", pages.test, name="webhook_test"),
    path(f"{_webhook}resume/", pages.resume, name="webhook_resume"),
    path("<slug:brand>/appointments/", lost.lost, name="lost"),
    path(
        "<slug:brand>/appointments/<uuid:appointment_id>/contact/",
        contact.contact,
        name="contact",
    ),
    path("r/<str:token>/unsubscribe/", unsubscribe.unsubscribe, name="unsubscribe"),
    path(
        "staff/appointments/<uuid:appointment_id>/messages/",
        messages.for_appointment,
        name="for_appointment",
    ),
]
