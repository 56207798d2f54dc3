from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "werkfluss.engagement"
    label = "engagement"

    def ready(self) -> None:
        from werkfluss.engagement import (
            contract_keeping,
            dossier,
            erasure,
            expiry,
            mandate_keeping,
            money_expiry,
            partner_keeping,
            services,
            venture_keeping,
        )

        services.listen()
        dossier.register()
        erasure.register()
        expiry.register()
        money_expiry.register()
        partner_keeping.register()
        contract_keeping.register()
        mandate_keeping.register()
        venture_keeping.register()
