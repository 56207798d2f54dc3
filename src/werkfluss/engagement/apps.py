from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "werkfluss.engagement"
    label = "engagement"
