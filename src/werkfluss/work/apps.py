from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "werkfluss.work"
    label = "work"

    def ready(self) -> None:
        from werkfluss.work import dossier, erasure, expiry

        dossier.register()
        erasure.register()
        expiry.register()
