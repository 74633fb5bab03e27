from django.urls import path

from notifications.views import mailbox, messages, unsubscribe

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
    path("r/<str:token>/unsubscribe/", unsubscribe.unsubscribe, name="unsubscribe"),
    path(
        "staff/appointments/<uuid:appointment_id>/messages/",
        messages.for_appointment,
        name="for_appointment",
    ),
]
