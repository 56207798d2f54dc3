from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "werkfluss.compliance"
    label = "compliance"

    def ready(self) -> None:
        from werkfluss.compliance import erasure, expiry

        erasure.register()
        expiry.register()
