from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "werkfluss.agents"
    label = "agents"

    def ready(self) -> None:
        from werkfluss.agents import dossier, erasure, expiry, model_setup

        model_setup.use_settings()
        dossier.register()
        erasure.register()
        expiry.register()
