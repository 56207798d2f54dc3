from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "werkfluss.care"
    label = "care"

    def ready(self) -> None:
        from werkfluss.care import erasure, services

        services.listen()
        erasure.register()
