from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "werkfluss.evidence"
    label = "evidence"

    def ready(self) -> None:
        from werkfluss.evidence import expiry

        expiry.register()
