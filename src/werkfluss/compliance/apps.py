from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "werkfluss.compliance"
    label = "compliance"
