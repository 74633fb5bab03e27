from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("dev/mailbox/", views.mails, name="mails"),
    path("dev/mailbox/<slug:mail_id>/", views.mail, name="mail"),
    path("dev/mailbox/<slug:mail_id>/html", views.mail_html, name="mail_html"),
    path(
        "dev/mailbox/<slug:mail_id>/attachments/<int:number>",
        views.mail_attachment,
        name="mail_attachment",
    ),
    path(
        "staff/appointments/<uuid:appointment_id>/messages/",
        views.for_appointment,
        name="for_appointment",
    ),
]
