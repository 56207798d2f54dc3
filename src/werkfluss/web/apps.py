from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "werkfluss.web"
    label = "web"
