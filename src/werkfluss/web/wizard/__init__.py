"""Taking files over: how each kind is recognised, previewed and imported. One module per kind; see ``kinds``."""
