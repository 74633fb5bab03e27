from django.urls import path

from notifications.views import notices

app_name = "notifications_api"
urlpatterns = [
    path("sms/notices/", notices.sms_notice, name="sms_notice"),
    path("mail/notices/", notices.mail_notice, name="mail_notice"),
]
