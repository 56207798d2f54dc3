from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "werkfluss.org"
    label = "org"
    verbose_name = "Organisation"
