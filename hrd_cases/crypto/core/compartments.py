"""The kinds of vault, their compartments and the one-byte codes under which keyrings keep them."""

COMPARTMENT_CODES = {
    "core": 1,
    "identity": 2,
    "source": 3,
    "privileged": 4,
    "protection": 5,
    "reference": 6,
    "staff": 7,
    "facts": 10,
    "load": 11,
    "details": 12,
}
COMPARTMENT_NAMES = {code: name for name, code in COMPARTMENT_CODES.items()}

# The first compartment of each kind is its roster: every member of the vault is a member of it.
COMPARTMENTS_OF_KIND = {
    "case": ("core", "identity", "source", "privileged"),
    "person": ("core", "identity", "protection"),
    "directory": ("reference", "staff"),
    "trends": ("facts", "load"),
    "log": ("details",),
}
