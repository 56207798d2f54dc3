from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "werkfluss.agents"
    label = "agents"
