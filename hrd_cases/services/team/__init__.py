"""Who holds keys: joining, leaving, roles, replaced keys. Every change of membership."""
