from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "werkfluss.flow"
    label = "flow"
