from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "werkfluss.workforce"
    label = "workforce"
