"""The site of the stock admin. A module of its own: Django takes the one application
configuration that it finds in `visavis.apps`."""

from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    default_site = "stores.admin_site.OperatorSite"
