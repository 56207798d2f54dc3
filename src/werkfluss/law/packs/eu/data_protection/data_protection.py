"""The rules of the pack: transfers, requests, processors, automated decisions, impact assessment, officer."""

from werkfluss.law.packs.eu.data_protection.duties import automated_decision, impact_assessment, officer, processor
from werkfluss.law.packs.eu.data_protection.requests import request
from werkfluss.law.packs.eu.data_protection.transfer import transfer

__all__ = ["automated_decision", "impact_assessment", "officer", "processor", "request", "transfer"]
