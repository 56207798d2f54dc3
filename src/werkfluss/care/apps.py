from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "werkfluss.care"
    label = "care"

    def ready(self) -> None:
        from werkfluss.care import catalogue_keeping, erasure, expiry, services

        services.listen()
        erasure.register()
        expiry.register()
        catalogue_keeping.register()
