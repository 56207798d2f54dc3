from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "werkfluss.work"
    label = "work"
