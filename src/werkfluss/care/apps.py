from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "werkfluss.care"
    label = "care"

    def ready(self) -> None:
        from werkfluss.care import erasure, expiry, services

        services.listen()
        erasure.register()
        expiry.register()
