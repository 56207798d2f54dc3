from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "werkfluss.workforce"
    label = "workforce"

    def ready(self) -> None:
        from werkfluss.workforce import erasure, expiry

        erasure.register()
        expiry.register()
