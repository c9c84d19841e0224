"""Why nothing may be sealed to a part of a vault now, and what the person who wanted to write reads then."""

from hrd_cases.domain.words import N_

DUE = "due"  # somebody is still named in it who no longer belongs there
MISSING = "missing"  # the newest header names a key that the reader does not hold

KEYS_DUE = N_("A colleague who could open this has left. Nothing can be saved until the case lead changes the keys.")
KEY_MISSING = N_(
    "A key of yours is missing here, so nothing you write would be safe. The team page says who can send it again."
)
REFUSALS = {DUE: KEYS_DUE, MISSING: KEY_MISSING}
