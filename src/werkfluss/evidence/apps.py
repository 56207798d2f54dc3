from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "werkfluss.evidence"
    label = "evidence"
