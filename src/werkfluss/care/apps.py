from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "werkfluss.care"
    label = "care"
