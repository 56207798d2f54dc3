from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "werkfluss.engagement"
    label = "engagement"

    def ready(self) -> None:
        from werkfluss.engagement import dossier, services

        services.listen()
        dossier.register()
