from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "werkfluss.flow"
    label = "flow"

    def ready(self) -> None:
        from werkfluss.flow import handlers

        handlers.listen()
